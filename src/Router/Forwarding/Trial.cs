using LlmOperator.Router.Balancing;
using LlmOperator.Router.Balancing.Breaking;
using LlmOperator.Router.Budgets;
using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Forwarding.Continuation;
using LlmOperator.Router.Tracing;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Forwarding;

/// <summary>One attempt at one target with all that hangs on it: the circuit's leave, the reservation, the load, times and span. Disposed when its outcome is judged.</summary>
internal sealed class Trial(
    UpstreamTarget target,
    Exchange sent,
    Attempt attempt,
    AttemptCharge charge,
    TargetLoad load,
    AttemptSpan? span,
    AttemptTimes times,
    RequestDefaults defaults,
    long tokens
) : IAsyncDisposable
{
    /// <summary>Where it goes.</summary>
    public UpstreamTarget Target => target;

    /// <summary>The request as the target may see it.</summary>
    public Exchange Sent => sent;

    /// <summary>The circuit's leave.</summary>
    public BreakerPass Pass => target.Pass!;

    /// <summary>What is known of the target.</summary>
    public TargetLoad Load => load;

    /// <summary>When it said something.</summary>
    public AttemptTimes Times => times;

    /// <summary>What is noted of the answer; null when nobody wants to know.</summary>
    public AnswerNotes? Notes => span?.Notes;

    /// <summary>What the client got of a stream; null when nobody wants to know.</summary>
    public SentText? Text => attempt.Sent;

    /// <summary>Asked before the client gets anything of the answer; false when another attempt was sooner.</summary>
    public Func<bool> MayBegin
    {
        set => attempt.MayBegin = value;
    }

    /// <summary>Sends the request and passes the answer on.</summary>
    /// <param name="firstContent">Longest wait for the first content.</param>
    /// <param name="ends">Cancelled when the client leaves, the request's time is over, or another attempt was sooner.</param>
    public async Task<AttemptOutcome> RunAsync(TimeSpan firstContent, CancellationToken ends)
    {
        load.Begin(tokens);
        AttemptOutcome outcome;
        try
        {
            PooledBuffer body = OpenAiRequestPatch.Apply(
                sent.Request,
                target.ModelName,
                defaults,
                target.IsLocal
            );
            outcome = await attempt.RunAsync(sent, target, body, firstContent, ends);
        }
        finally
        {
            load.End(tokens);
        }

        span?.End(outcome);
        return outcome;
    }

    /// <summary>Tells the target's circuit and its load how it failed.</summary>
    public async Task JudgeAsync(AttemptOutcome.Failed failed)
    {
        if (failed.RetryAfter is { } wait)
        {
            load.AskNotBefore(wait, failed.Status == StatusCodes.Status429TooManyRequests);
        }

        if (failed is { Status: StatusCodes.Status429TooManyRequests, RetryAfter: not null })
        {
            // It is well, and says so.
            Pass.Succeeded();
        }
        else if (failed.IsTargetsFault)
        {
            await BlameAsync(failed.Reason, failed.Kind);
        }
    }

    /// <summary>Tells the target's circuit that a stream broke; not when that was nobody's fault.</summary>
    public Task JudgeAsync(AttemptOutcome.Broken broken) =>
        broken.IsTargetsFault ? BlameAsync(broken.Reason, FailureKind.Gone) : Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        span?.Dispose();
        charge.Dispose();
        await Pass.DisposeAsync();
    }

    // Whoever is gone has nothing in its cache any more.
    private Task BlameAsync(string reason, FailureKind kind)
    {
        if (kind == FailureKind.Gone)
        {
            load.Prefixes?.Clear();
        }

        return Pass.FailedAsync(reason, kind);
    }
}
