using System.Text;
using System.Threading.Channels;
using LlmOperator.Controllers.Events.Core;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Controllers.Events;

/// <summary>
/// Records events of <c>events.k8s.io/v1</c> in the background (C48): the first of a kind is created, the second makes
/// it a series, later ones are counted and written now and then.
/// </summary>
public sealed partial class EventRecorder : IEventRecorder, IRunnable
{
    private readonly Channel<RecordedEvent> _queue;
    private readonly EventSeriesCache _series;
    private readonly EventWriter _writer;
    private readonly CoreEventWriter _coreWriter;
    private readonly TimeProvider _time;
    private readonly ILogger<EventRecorder> _logger;
    private long _dropped;
    private bool _isCore;

    /// <summary>Makes a recorder; it keeps what is recorded until it runs.</summary>
    public EventRecorder(
        IKubernetesClient client,
        EventRecorderOptions options,
        TimeProvider time,
        Random random,
        ILogger<EventRecorder> logger
    )
    {
        (_time, _logger) = (time, logger);
        _series = new EventSeriesCache(time);
        EventAttempts attempts = new(time, random, logger);
        _writer = new EventWriter(client, options, attempts, time, random);
        _coreWriter = new CoreEventWriter(client, options, attempts, time, random);
        _queue = Channel.CreateBounded(
            new BoundedChannelOptions(EventConstants.QueueLength)
            {
                FullMode = BoundedChannelFullMode.DropWrite,
                SingleReader = true,
            },
            (RecordedEvent _) => Interlocked.Increment(ref _dropped)
        );
    }

    /// <inheritdoc/>
    public string Name => "event recorder";

    /// <inheritdoc/>
    public bool NeedsLeaderElection => false;

    /// <inheritdoc/>
    public void Record(
        KubernetesObject regarding,
        EventType type,
        string reason,
        string action,
        string note,
        KubernetesObject? related = null
    )
    {
        EventKey key = new(
            type,
            Cut(reason, EventConstants.LongestReason),
            Cut(action, EventConstants.LongestReason),
            ReferenceTo(regarding),
            related is null ? null : ReferenceTo(related)
        );
        _queue.Writer.TryWrite(
            new RecordedEvent(key, Cut(note, EventConstants.LongestNote), _time.GetUtcNow())
        );
    }

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await WaitAsync(cancellationToken);
                while (_queue.Reader.TryRead(out RecordedEvent? recorded))
                {
                    await TellAsync(recorded, EventConstants.MostTries, cancellationToken);
                }

                // One line for a whole storm, not one for each event of it.
                if (Interlocked.Exchange(ref _dropped, 0) is > 0 and long dropped)
                {
                    LogDropped(dropped);
                }

                await WriteDueAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await DrainAsync();
        }
    }

    // Until something is recorded or due; an idle recorder has no timer.
    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        if (_series.UntilDue() is not { } due)
        {
            await _queue.Reader.WaitToReadAsync(cancellationToken);
            return;
        }

        using CancellationTokenSource alarm = new(due, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            alarm.Token
        );
        try
        {
            await _queue.Reader.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Something is due.
        }
    }

    private async Task TellAsync(RecordedEvent recorded, int tries, CancellationToken cancellationToken)
    {
        if (_isCore)
        {
            await _coreWriter.WriteAsync(recorded, tries, cancellationToken);
            return;
        }

        if (_series.Find(recorded.Key) is not { } entry)
        {
            await CreateAsync(recorded, tries, cancellationToken);
            return;
        }

        entry.Count++;
        entry.LastTime = recorded.Time;
        entry.SeenAt = _time.GetTimestamp();
        if (entry.Count == 2)
        {
            await _writer.WriteSeriesAsync(entry, tries, cancellationToken);
        }
    }

    private async Task CreateAsync(RecordedEvent recorded, int tries, CancellationToken cancellationToken)
    {
        try
        {
            if (await _writer.CreateAsync(recorded, tries, cancellationToken) is { } created)
            {
                _series.Add(recorded.Key, created);
            }
        }
        catch (KubernetesApiException e) when (EventAttempts.IsNotServed(e))
        {
            LogCore();
            _isCore = true;
            await _coreWriter.WriteAsync(recorded, tries, cancellationToken);
        }
    }

    private async Task WriteDueAsync(CancellationToken cancellationToken)
    {
        foreach ((EventKey key, EventSeriesCache.Entry entry, bool isOver) in _series.Due())
        {
            if (entry.Count > entry.WrittenCount)
            {
                await _writer.WriteSeriesAsync(entry, EventConstants.MostTries, cancellationToken);
            }

            entry.WrittenAt = _time.GetTimestamp();
            if (isOver)
            {
                _series.Remove(key);
            }
        }
    }

    // The last events of a process are often the ones that matter; each gets one try.
    private async Task DrainAsync()
    {
        using CancellationTokenSource limit = new(EventConstants.Drain, _time);
        try
        {
            while (_queue.Reader.TryRead(out RecordedEvent? recorded))
            {
                await TellAsync(recorded, tries: 1, limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Time is up.
        }
    }

    // The version is left out: the same thing happening to a later version is the same thing.
    private static ObjectReference ReferenceTo(KubernetesObject obj) =>
        ObjectReference.To(obj) with
        {
            ResourceVersion = null,
        };

    private static string Cut(string text, int longest)
    {
        if (Encoding.UTF8.GetByteCount(text) <= longest)
        {
            return text;
        }

        const char Ellipsis = '…';
        StringBuilder kept = new();
        int left = longest - Encoding.UTF8.GetByteCount([Ellipsis]);
        foreach (Rune rune in text.EnumerateRunes())
        {
            left -= rune.Utf8SequenceLength;
            if (left < 0)
            {
                break;
            }

            kept.Append(rune.ToString());
        }

        return kept.Append(Ellipsis).ToString();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Too many events waited; {Count} were dropped")]
    private partial void LogDropped(long count);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The server has no events.k8s.io/v1; events are written to core/v1"
    )]
    private partial void LogCore();
}
