using System.Threading.Channels;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Router.Accounting;
using LlmOperator.Router.Balancing;
using LlmOperator.Router.Balancing.Breaking;
using LlmOperator.Router.Balancing.Prefixes;
using LlmOperator.Router.Budgets;
using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Policies;
using LlmOperator.Router.Statistics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Router.Forwarding.Shadowing;

/// <summary>
/// Sends copies of answered requests to targets on trial, a few at a time, and keeps the figures. No client waits for them: what
/// is too much is dropped. Thread-safe.
/// </summary>
internal sealed partial class ShadowCopier(
    UpstreamClient upstream,
    ReplicaBalancer balancer,
    RouterStatistics statistics,
    RouterMetrics metrics,
    RouterOptions options,
    TimeProvider time,
    ILogger<ShadowCopier> logger
) : IRunnable
{
    /// <summary>Most copies that are being answered at the same time.</summary>
    public const int MostAtATime = 4;

    /// <summary>Most copies that wait.</summary>
    public const int MostWaiting = 16;

    // Of all copies that wait or are being answered.
    private const long MostBytes = 64 << 20;

    private readonly Channel<ShadowCopy> _copies = Channel.CreateBounded<ShadowCopy>(MostWaiting);
    private long _bytes;

    /// <inheritdoc/>
    public string Name => "shadow copies";

    /// <inheritdoc/>
    public bool NeedsLeaderElection => false;

    /// <summary>Copies an answered request, when its plan says so and there is room.</summary>
    /// <param name="outgoing">The request as its targets may see it.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="answered">Name of the target that has answered.</param>
    /// <param name="budgets">Its budgets.</param>
    public void Offer(OutgoingExchanges outgoing, RoutePlan plan, string answered, RequestBudgets budgets)
    {
        if (plan.Shadow is not { } shadow || shadow.Name == answered)
        {
            return;
        }

        long bytes = outgoing.Length;
        if (Interlocked.Add(ref _bytes, bytes) <= MostBytes)
        {
            ShadowCopy copy = new()
            {
                RequestId = outgoing.RequestId,
                Plan = plan with { Candidates = [shadow], Shadow = null },
                Request = outgoing.CopyFor(shadow),
                Defaults = outgoing.Defaults,
                Budgets = budgets,
                Length = bytes,
            };
            if (_copies.Writer.TryWrite(copy))
            {
                return;
            }
        }

        Interlocked.Add(ref _bytes, -bytes);
        metrics.EndShadow(shadow.Name, "dropped");
    }

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, MostAtATime).Select(_ => SendAllAsync(cancellationToken)));

    private async Task SendAllAsync(CancellationToken stops)
    {
        try
        {
            await foreach (ShadowCopy copy in _copies.Reader.ReadAllAsync(stops))
            {
                try
                {
                    string outcome = await SendAsync(copy, stops);
                    metrics.EndShadow(copy.Candidate.Name, outcome);
                }
                finally
                {
                    Interlocked.Add(ref _bytes, -copy.Length);
                }
            }
        }
        catch (OperationCanceledException) when (stops.IsCancellationRequested)
        {
            // The router stops.
        }
    }

    private async Task<string> SendAsync(ShadowCopy copy, CancellationToken stops)
    {
        using CancellationTokenSource total = new(copy.Plan.Limits.Total.Value, time);
        using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(
            stops,
            total.Token
        );
        try
        {
            (BudgetHold? hold, BudgetRefusal? refusal) = await copy.Budgets.TryReserveAsync(
                copy.Candidate,
                ends.Token
            );
            return refusal is null ? await SendAsync(copy, hold!, ends.Token) : "over_budget";
        }
        catch (OperationCanceledException) when (!stops.IsCancellationRequested)
        {
            return "timeout";
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Border of the loop: a copy that fails in an unforeseen way is nobody's loss, and the next one is sent.
            LogUnforeseen(copy.RequestId, copy.Candidate.Name, e);
            return "failed";
        }
    }

    private async Task<string> SendAsync(ShadowCopy copy, BudgetHold hold, CancellationToken ends)
    {
        AttemptMeter meter = new();
        try
        {
            // A copy must not push the prompts of clients out of the caches: it is of none.
            PromptAffinity prompt = new(() => [], () => null, TokensOf(copy));
            AttemptSource source = new(copy.Plan, balancer, prompt, options.ServingToken);
            if (await source.NextAsync() is not { } target)
            {
                return "unavailable";
            }

            meter = target.Meter;
            await using BreakerPass pass = target.Pass!;
            AttemptOutcome outcome = await AskAsync(copy, target, ends);
            if (outcome is AttemptOutcome.Answered or AttemptOutcome.Rejected)
            {
                pass.Succeeded();
            }

            if ((outcome as AttemptOutcome.Failed)?.Reason is { } reason)
            {
                LogFailed(copy.RequestId, target.Name, reason);
            }

            return outcome switch
            {
                AttemptOutcome.Answered => "ok",
                AttemptOutcome.Rejected => "rejected",
                AttemptOutcome.Broken => "broken",
                _ => "failed",
            };
        }
        finally
        {
            hold.Settle(meter.UsageOr(copy.Budgets.PromptTokens));
        }
    }

    private static long TokensOf(ShadowCopy copy) =>
        copy.Plan.PromptTokens + (copy.Request.MaxTokens ?? TokenEstimate.UsualAnswer);

    private async Task<AttemptOutcome> AskAsync(
        ShadowCopy copy,
        UpstreamTarget target,
        CancellationToken ends
    )
    {
        AttemptTimes times = new(time);
        // There is no client: what would be told to one is forgotten with this.
        DefaultHttpContext nobody = new();
        Attempt attempt = new(upstream, nobody, time) { FirstContent = times.MarkFirstContent };
        Exchange exchange = new(nobody, copy.Request, ForgettingAnswerWriter.Instance);
        PooledBuffer body = OpenAiRequestPatch.Apply(
            copy.Request,
            target.ModelName,
            copy.Defaults,
            target.IsLocal
        );
        TimeSpan wait = copy.Request.Stream
            ? copy.Plan.Limits.FirstToken.Value
            : copy.Plan.Limits.Total.Value;
        TargetLoad load = balancer.LoadOf(target.Id);
        long tokens = TokensOf(copy);
        load.Begin(tokens);
        try
        {
            AttemptOutcome outcome = await attempt.RunAsync(exchange, target, body, wait, ends);
            if (outcome is AttemptOutcome.Answered answered)
            {
                statistics
                    .For(target.Candidate.Name)
                    .Add(copy.Plan.PromptTokens, answered.Usage, times.FirstContent, times.Elapsed);
            }

            return outcome;
        }
        finally
        {
            load.End(tokens);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{RequestId} the copy to {Target} failed: {Reason}"
    )]
    private partial void LogFailed(string requestId, string target, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{RequestId} the copy to {Target} failed")]
    private partial void LogUnforeseen(string requestId, string target, Exception exception);
}
