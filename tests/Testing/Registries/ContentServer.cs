using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace LlmOperator.Testing.Registries;

/// <summary>Serves content by ranges, and does wrong what it is told to.</summary>
internal sealed class ContentServer : IDisposable
{
    private const int Step = 64 << 10;

    private readonly ConcurrentDictionary<string, RegistryContent> _contents = new();
    private readonly Lock _lock = new();
    private readonly List<RegistryFault> _faults = [];
    private readonly CancellationTokenSource _stopping = new();
    private int _open;

    public bool SendsEntityTags { get; set; } = true;

    public int MostOpen { get; private set; }

    public int Open => Volatile.Read(ref _open);

    public void Add(string path, RegistryContent content) => _contents[path] = content;

    public bool Has(string path) => _contents.ContainsKey(path);

    public void Inject(RegistryFault fault)
    {
        lock (_lock)
        {
            _faults.Add(fault);
        }
    }

    public void ClearFaults()
    {
        lock (_lock)
        {
            _faults.Clear();
        }
    }

    /// <summary>Lets stalled answers end.</summary>
    public void Stop() => _stopping.Cancel();

    public void Dispose() => _stopping.Dispose();

    public async Task AnswerAsync(HttpContext context, string path, RecordedRequest request)
    {
        RegistryContent content = _contents[path];
        HttpResponse response = context.Response;
        (long first, long last, bool ranged) = RangeOf(context.Request, content.Length);
        RegistryFault? fault = HttpMethods.IsHead(context.Request.Method) ? null : TakeFault(first, last);
        if (fault is RegistryFault.IgnoreRange)
        {
            (first, last, ranged) = (0, content.Length - 1, false);
        }

        if (Refuse(response, fault) || first >= content.Length)
        {
            response.StatusCode = response.StatusCode == 200 ? 416 : response.StatusCode;
            return;
        }

        long length = fault is RegistryFault.Truncated cut ? cut.Bytes : content.Length;
        last = Math.Min(last, length - 1);
        if (first > last)
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            return;
        }

        long shift = fault is RegistryFault.WrongContentRange ? 1 : 0;
        last -= fault is RegistryFault.ShortBody ? 1 : 0;
        if (SendsEntityTags)
        {
            string other = fault is RegistryFault.OtherEntityTag ? "-other" : "";
            response.Headers.ETag = $"\"{content.EntityTag}{other}\"";
        }

        response.Headers.AcceptRanges = "bytes";
        response.ContentLength = last - first + 1 + (fault is RegistryFault.WrongContentLength ? 10 : 0);
        if (ranged)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {first + shift}-{last + shift}/{length}";
        }

        if (fault is RegistryFault.Compressed)
        {
            response.Headers.ContentEncoding = "gzip";
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            CountOpen(1);
            try
            {
                await SendAsync(context, content, first, last, fault, request);
                if (fault is RegistryFault.WrongContentLength)
                {
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                    context.Abort();
                }
            }
            finally
            {
                CountOpen(-1);
            }
        }
    }

    private void CountOpen(int change)
    {
        lock (_lock)
        {
            _open += change;
            MostOpen = Math.Max(MostOpen, _open);
        }
    }

    private static (long First, long Last, bool Ranged) RangeOf(HttpRequest request, long length)
    {
        RangeItemHeaderValue? range = request.GetTypedHeaders().Range?.Ranges.FirstOrDefault();
        return range is null
            ? (0, length - 1, false)
            : (range.From ?? 0, Math.Min(range.To ?? length - 1, length - 1), true);
    }

    private static bool Refuse(HttpResponse response, RegistryFault? fault)
    {
        switch (fault)
        {
            case RegistryFault.Status status:
                SetStatus(response, status.Code, status.RetryAfterSeconds);
                return true;
            case RegistryFault.StatusAt status:
                SetStatus(response, status.Code, status.RetryAfterSeconds);
                return true;
            case RegistryFault.RedirectTo redirect:
                response.StatusCode = StatusCodes.Status302Found;
                response.Headers.Location = redirect.Address.ToString();
                return true;
            default:
                return false;
        }
    }

    private static void SetStatus(HttpResponse response, int code, int? retryAfterSeconds)
    {
        response.StatusCode = code;
        if (retryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = $"{seconds}";
        }
    }

    private RegistryFault? TakeFault(long first, long last)
    {
        lock (_lock)
        {
            int index = _faults.FindIndex(fault =>
                (
                    fault switch
                    {
                        RegistryFault.FlipByte flip => flip.Offset,
                        RegistryFault.StallAt stall => stall.Offset,
                        RegistryFault.StatusAt status => status.Offset,
                        _ => first,
                    }
                )
                    is var offset
                && last - first + 1 >= fault.LeastBytes
                && offset >= first
                && offset <= last
            );
            if (index < 0)
            {
                return null;
            }

            RegistryFault taken = _faults[index];
            if (taken.Times <= 1)
            {
                _faults.RemoveAt(index);
            }
            else
            {
                _faults[index] = taken with { Times = taken.Times - 1 };
            }

            return taken;
        }
    }

    private async Task SendAsync(
        HttpContext context,
        RegistryContent content,
        long first,
        long last,
        RegistryFault? fault,
        RecordedRequest request
    )
    {
        long cutAt = fault switch
        {
            RegistryFault.CutAfter cut => first + cut.Bytes,
            RegistryFault.StallAfter stall => first + stall.Bytes,
            RegistryFault.StallAt stall => stall.Offset,
            _ => long.MaxValue,
        };
        byte[] buffer = new byte[Step];
        for (long offset = first; offset <= last; )
        {
            int count = (int)Math.Min(Math.Min(Step, last - offset + 1), cutAt - offset);
            if (count > 0)
            {
                await content.ReadAsync(offset, buffer.AsMemory(0, count));
                if (
                    fault is RegistryFault.FlipByte flip
                    && flip.Offset >= offset
                    && flip.Offset < offset + count
                )
                {
                    buffer[flip.Offset - offset] ^= 1;
                }

                await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
                request.SentBytes += count;
                offset += count;
            }

            if (offset == cutAt)
            {
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await EndAsync(context, fault);
                return;
            }

            if (fault is RegistryFault.Slow slow)
            {
                await Task.Delay(
                    TimeSpan.FromSeconds((double)count / slow.BytesPerSecond),
                    context.RequestAborted
                );
            }
        }
    }

    private async Task EndAsync(HttpContext context, RegistryFault? fault)
    {
        if (fault is RegistryFault.StallAfter or RegistryFault.StallAt)
        {
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
                context.RequestAborted,
                _stopping.Token
            );
            await Task.Delay(Timeout.Infinite, either.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        context.Abort();
    }
}
