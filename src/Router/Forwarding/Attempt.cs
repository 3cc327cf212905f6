using LlmOperator.Router.Balancing.Breaking;
using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Forwarding.Continuation;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Forwarding;

/// <summary>Sends one request to one target and passes the answer on.</summary>
internal sealed class Attempt(UpstreamClient upstream, HttpContext context, TimeProvider timeProvider)
{
    /// <summary>Header that names the fields of a request that the target did not get.</summary>
    public const string DroppedHeader = "x-llm-dropped";

    private const int LongestErrorBody = 64 << 10;
    private static readonly TimeSpan s_longestRetryAfter = TimeSpan.FromHours(1);
    private readonly HttpContext _context = context;

    /// <summary>Called when the first content is about to be sent.</summary>
    public Action FirstContent { get; set; } = () => { };

    /// <summary>Asked before the client gets anything; false when another attempt of the same request was sooner.</summary>
    public Func<bool> MayBegin { get; set; } = static () => true;

    /// <summary>Gets what the client gets of a stream; null when nobody wants to know.</summary>
    public SentText? Sent { get; set; }

    /// <summary>Runs the attempt.</summary>
    /// <param name="exchange">The request as it may go to this target, and where its answer goes.</param>
    /// <param name="target">Where to.</param>
    /// <param name="body">The request as the target gets it; released here.</param>
    /// <param name="firstContent">Longest wait for the first content.</param>
    /// <param name="requestEnds">Cancelled when the client leaves or the request's time is over.</param>
    /// <exception cref="OperationCanceledException">The client left, or the request's time is over.</exception>
    public async Task<AttemptOutcome> RunAsync(
        Exchange exchange,
        UpstreamTarget target,
        PooledBuffer body,
        TimeSpan firstContent,
        CancellationToken requestEnds
    )
    {
        using AttemptClock clock = new(firstContent, timeProvider, requestEnds);
        bool isAnswered = false;
        // A stream may have been told to wait before.
        bool wasStarted = _context.Response.HasStarted;
        try
        {
            target.Meter.Send();
            using HttpResponseMessage answer = await upstream.SendAsync(
                target,
                exchange.Request,
                body,
                clock.Token
            );
            isAnswered = true;
            int status = (int)answer.StatusCode;
            if (status is < 200 or > 299)
            {
                target.Meter.Refuse();
                AttemptOutcome refused = await RefusedAsync(target, answer, clock.Token);
                if (refused is AttemptOutcome.Rejected && !MayBegin())
                {
                    return AttemptOutcome.NotSooner;
                }

                if (refused is AttemptOutcome.Rejected)
                {
                    TellDropped(target, exchange.Request);
                }

                return refused;
            }

            if (!exchange.Request.Stream)
            {
                TellDropped(target, exchange.Request);
                return await WholeAnswer.ForwardAsync(answer, target, exchange, clock, timeProvider);
            }

            StreamedAnswer streamed = new(exchange, Sent, clock, timeProvider, _context.RequestAborted)
            {
                MayBegin = MayBegin,
                FirstContent = () =>
                {
                    TellDropped(target, exchange.Request);
                    FirstContent();
                },
            };
            return await streamed.ForwardAsync(answer, target);
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException && !_context.RequestAborted.IsCancellationRequested
            )
        {
            if (!isAnswered)
            {
                target.Meter.Refuse();
            }

            // What has begun cannot be given to another target: the client's own connection broke.
            return _context.Response.HasStarted && !wasStarted
                ? new AttemptOutcome.Broken(e.Message)
                : new AttemptOutcome.Failed($"it cannot be reached ({e.Message})")
                {
                    Kind = FailureKind.Gone,
                };
        }
        catch (CannotHonourException e)
        {
            target.Meter.Refuse();
            return new AttemptOutcome.Failed(e.Message) { IsTargetsFault = false };
        }
        catch (OperationCanceledException) when (clock.IsFirstContentOverdue)
        {
            return new AttemptOutcome.Failed($"it did not answer within {firstContent.TotalSeconds:0.#} s")
            {
                Kind = FailureKind.Silent,
            };
        }
        catch (OperationCanceledException e)
            when (e.InnerException is TimeoutException && !requestEnds.IsCancellationRequested)
        {
            target.Meter.Refuse();
            // A machine that is gone refuses nothing: the connection's own time-out, which is no end of the request.
            return new AttemptOutcome.Failed("it cannot be reached (no connection in time)")
            {
                Kind = FailureKind.Silent,
            };
        }
    }

    private void TellDropped(UpstreamTarget target, OpenAiRequest request)
    {
        if (_context.Response.HasStarted)
        {
            return;
        }

        if (
            request.Dropped.Count == 0
            && request.EngineFieldNames.Count == 0
            && target.Dropped.Count == 0
            && target.Candidate.DroppedTools.Count == 0
        )
        {
            _context.Response.Headers.Remove(DroppedHeader);
            return;
        }

        string[] dropped =
        [
            .. request.Dropped,
            .. target.IsLocal ? [] : request.EngineFieldNames,
            .. target.Dropped,
            .. target.Candidate.DroppedTools.Select(t => $"tool {t}"),
        ];
        _context.Response.Headers[DroppedHeader] =
            dropped.Length == 0 ? default : HeaderText.Printable(string.Join(", ", dropped));
    }

    private async Task<AttemptOutcome> RefusedAsync(
        UpstreamTarget target,
        HttpResponseMessage answer,
        CancellationToken cancellationToken
    )
    {
        int status = (int)answer.StatusCode;
        byte[] body = target.Dialect.ErrorToOpenAi(status, await ReadErrorAsync(answer, cancellationToken));
        // What is said about refused credentials may repeat a part of them.
        bool isAboutCredentials =
            status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden;
        string message =
            !isAboutCredentials && AnswerFacts.Read(body)?.Error is { } error ? $": {error}" : "";
        // The target's own trouble, its quota, or our credentials: another target may do better.
        bool isTargetsFault =
            isAboutCredentials
            || status is 408 or 429 or >= 500 or < 400
            || (target.IsLocal && status == StatusCodes.Status404NotFound);
        return isTargetsFault
            ? new AttemptOutcome.Failed($"it answered {status}{message}", status, RetryAfterOf(answer))
            : new AttemptOutcome.Rejected(status, message.Length > 0 ? body : ErrorOf(target, status));
    }

    private static byte[] ErrorOf(UpstreamTarget target, int status) =>
        new OpenAiError(
            status,
            "upstream_rejected",
            $"{target} rejected the request with {status}."
        ).ToJson();

    // Either seconds or a date, for example: Retry-After: 30, or Retry-After: Wed, 21 Oct 2026 07:28:00 GMT
    private TimeSpan? RetryAfterOf(HttpResponseMessage answer)
    {
        TimeSpan? wait = answer.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - timeProvider.GetUtcNow(),
            _ => null,
        };
        return wait is { } w ? TimeSpan.FromTicks(Math.Clamp(w.Ticks, 0, s_longestRetryAfter.Ticks)) : null;
    }

    private static async Task<byte[]> ReadErrorAsync(
        HttpResponseMessage answer,
        CancellationToken cancellationToken
    )
    {
        await using Stream stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        byte[] body = new byte[LongestErrorBody];
        int length = await stream.ReadAtLeastAsync(
            body,
            body.Length,
            throwOnEndOfStream: false,
            cancellationToken
        );
        return body[..length];
    }
}
