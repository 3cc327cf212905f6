using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Accounting;
using LlmOperator.Router.Balancing;
using LlmOperator.Router.Balancing.Breaking;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Policies;
using LlmOperator.Router.Tracing;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Router.Forwarding.Continuation;

/// <summary>
/// Goes on with a stream whose replica died, on another replica with the same weights: no text is missing and none comes
/// twice. While there is none it waits, and tells the client's connection that the stream lives.
/// </summary>
internal sealed partial class StreamContinuation(
    UpstreamClient upstream,
    ReplicaBalancer balancer,
    Func<RoutingSnapshot> currentSnapshot,
    RouterMetrics metrics,
    RouterOptions options,
    TimeProvider time,
    ILogger<StreamContinuation> logger
)
{
    // Long enough for an agent that is restarted or an engine that loads a small model again.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_firstContent = TimeSpan.FromSeconds(30);

    /// <summary>Whether a broken stream may be gone on with.</summary>
    private static bool IsPossible(Exchange sent, UpstreamTarget target, SentText text) =>
        target.Candidate is Candidate.Local
        && target.Digest is not null
        && text is { IsText: true, Count: > 0 }
        && sent.Request.Operation == OpenAiOperation.ChatCompletions
        && ContinuationRequest.IsPossible(sent.Request.Body);

    /// <summary>Goes on with a broken attempt where that is possible.</summary>
    /// <param name="trial">The attempt.</param>
    /// <param name="broken">How it broke.</param>
    /// <param name="defaults">What the route adds to the request.</param>
    /// <param name="limits">When a target is left alone.</param>
    /// <param name="requestEnds">Cancelled when the client leaves or the request's time is over.</param>
    /// <returns>How the whole answer ended; still broken when nobody could go on.</returns>
    public async Task<AttemptOutcome> GoOnAsync(
        Trial trial,
        AttemptOutcome.Broken broken,
        RequestDefaults defaults,
        BreakerLimits limits,
        CancellationToken requestEnds
    )
    {
        await trial.JudgeAsync(broken);
        if (
            !broken.IsTargetsFault
            || trial.Text is not { } text
            || !IsPossible(trial.Sent, trial.Target, text)
        )
        {
            return broken;
        }

        LogBroken(trial.Sent.Context.TraceIdentifier, trial.Target.Name, broken.Reason);
        return await RunAsync(trial.Sent, defaults, trial.Target, text, limits, requestEnds);
    }

    /// <summary>Goes on until the answer is whole or nobody can.</summary>
    /// <param name="sent">The exchange as the broken target got it.</param>
    /// <param name="defaults">What the route adds to the request.</param>
    /// <param name="broken">The target that broke.</param>
    /// <param name="text">What the client has; what is sent here is added.</param>
    /// <param name="limits">When a target is left alone.</param>
    /// <param name="requestEnds">Cancelled when the client leaves or the request's time is over.</param>
    private async Task<AttemptOutcome> RunAsync(
        Exchange sent,
        RequestDefaults defaults,
        UpstreamTarget broken,
        SentText text,
        BreakerLimits limits,
        CancellationToken requestEnds
    )
    {
        long start = time.GetTimestamp();
        long beat = start;
        string reason = "no other replica has the same weights";
        while (time.GetElapsedTime(start) < s_patience)
        {
            if (await NextAsync(broken, limits) is { } next)
            {
                await using BreakerPass pass = next.Pass!;
                using AttemptSpan? span = sent.Span?.BeginAttempt(next, sent.Request.Operation);
                next.Trace = TraceContext.For(next, span, sent.Context);
                AttemptOutcome outcome = await TryAsync(sent, defaults, next, text, requestEnds);
                span?.End(outcome);
                switch (outcome)
                {
                    case AttemptOutcome.Broken cut:
                        // It moved on: the patience begins anew.
                        (reason, start) = (cut.Reason, time.GetTimestamp());
                        break;
                    case AttemptOutcome.Failed failed:
                        reason = failed.Reason;
                        break;
                    default:
                        pass.Succeeded();
                        return outcome;
                }

                await pass.FailedAsync(reason, FailureKind.Gone);
                LogFailed(sent.Context.TraceIdentifier, next.Name, reason);
                continue;
            }

            if (time.GetElapsedTime(beat) >= s_heartbeat)
            {
                beat = time.GetTimestamp();
                await sent.Answer.WriteHeartbeatAsync("waiting for a replica to go on", requestEnds);
            }

            await Task.Delay(s_pause, time, requestEnds);
        }

        return new AttemptOutcome.Broken(reason);
    }

    private async ValueTask<UpstreamTarget?> NextAsync(UpstreamTarget broken, BreakerLimits limits)
    {
        Candidate.Local candidate = (Candidate.Local)broken.Candidate;
        if (!currentSnapshot().Models.TryGetValue(candidate.Model.Key, out LocalModel? model))
        {
            return null;
        }

        LocalReplica? replica = balancer.PickHealthy(
            model.Replicas.Where(r => r.Digest == broken.Digest),
            limits
        );
        return replica is null || await balancer.LoadOf(replica).Breaker.TryEnterAsync(limits) is not { } pass
            ? null
            : new UpstreamTarget
            {
                Pass = pass,
                Candidate = candidate,
                Name = $"{candidate.Name} on {replica.Node}",
                Endpoint = replica.Endpoint,
                Token = options.ServingToken,
                Dialect = UpstreamDialects.Local,
                ModelName = broken.ModelName,
                Digest = replica.Digest,
                Meter = broken.Meter,
            };
    }

    private async Task<AttemptOutcome> TryAsync(
        Exchange sent,
        RequestDefaults defaults,
        UpstreamTarget target,
        SentText text,
        CancellationToken requestEnds
    )
    {
        string[] pieces = text.Pieces();
        try
        {
            return await TryAsync(sent, defaults, target, text, ContinuationPoint.Of(pieces), requestEnds);
        }
        catch (ContinuationDiffersException)
        {
            // Nothing went to the client: it is taken up where it broke instead.
            return await TryAsync(
                sent,
                defaults,
                target,
                text,
                ContinuationPoint.AtTheEnd(pieces),
                requestEnds
            );
        }
    }

    private async Task<AttemptOutcome> TryAsync(
        Exchange sent,
        RequestDefaults defaults,
        UpstreamTarget target,
        SentText text,
        ContinuationPoint point,
        CancellationToken requestEnds
    )
    {
        PooledBuffer patched = OpenAiRequestPatch.Apply(
            sent.Request,
            target.ModelName,
            defaults,
            isLocal: true
        );
        PooledBuffer body = ContinuationRequest.Write(patched.Memory, point);
        patched.Release();
        TargetLoad load = balancer.LoadOf(target.Id);
        load.Begin(sent.Request.EstimatedPromptTokens);
        using AttemptClock clock = new(s_firstContent, time, requestEnds);
        try
        {
            using HttpResponseMessage answer = await upstream.SendAsync(
                target,
                sent.Request,
                body,
                clock.Token
            );
            if (!answer.IsSuccessStatusCode)
            {
                return new AttemptOutcome.Failed($"it answered {(int)answer.StatusCode}");
            }

            await using Stream stream = await answer.Content.ReadAsStreamAsync(clock.Token);
            using IFrameReader reader = target.Dialect.ReadFrames(stream, target);
            AttemptOutcome outcome = await PassOnAsync(sent, target, reader, text, point, clock, requestEnds);
            if (outcome is AttemptOutcome.Answered)
            {
                metrics.WentOn();
                LogContinued(sent.Context.TraceIdentifier, target.Name, point.GivenPieces);
            }

            return outcome;
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException && !requestEnds.IsCancellationRequested)
        {
            return new AttemptOutcome.Failed(e.Message);
        }
        catch (OperationCanceledException) when (!requestEnds.IsCancellationRequested)
        {
            return new AttemptOutcome.Failed("it did not go on in time");
        }
        finally
        {
            load.End(sent.Request.EstimatedPromptTokens);
        }
    }

    private static async Task<AttemptOutcome> PassOnAsync(
        Exchange sent,
        UpstreamTarget target,
        IFrameReader reader,
        SentText text,
        ContinuationPoint point,
        AttemptClock clock,
        CancellationToken requestEnds
    )
    {
        ContinuedFrames frames = new(text.First, point);
        bool moved = false;
        while (await reader.ReadAsync(clock.Token) is { } frame)
        {
            ReadOnlyMemory<byte> data = SseFrame.Data(frame);
            if (SseFrame.IsDone(data.Span))
            {
                await sent.Answer.WriteFramesAsync(frame, flush: true, requestEnds);
                return new AttemptOutcome.Answered(frames.Usage);
            }

            if (data.IsEmpty)
            {
                continue;
            }

            if (AnswerFacts.Read(data.Span) is not { Error: null } facts)
            {
                return Cut(moved, "it ended with an error");
            }

            if (facts.HasContent && !clock.TryStopFirstContentTimer())
            {
                return Cut(moved, "it did not go on in time");
            }

            if (frames.Next(data) is not { } next)
            {
                continue;
            }

            ReadOnlyMemory<byte> told = SseFrame.Data(next.AsMemory());
            AnswerFacts toldFacts = AnswerFacts.Read(told.Span) ?? default;
            target.Meter.Add(toldFacts);
            target.Meter.Notes?.Read(told.Span);
            bool isOnlyUsage = facts is { Usage: not null, HasChoices: false };
            if (isOnlyUsage && sent.Request.AddsUsage)
            {
                continue;
            }

            moved = true;
            text.Add(told.Span, toldFacts);
            await sent.Answer.WriteFramesAsync(next, flush: !reader.HasBufferedFrame, requestEnds);
        }

        return Cut(moved, "its stream ended before its end");
    }

    private static AttemptOutcome Cut(bool moved, string reason) =>
        moved ? new AttemptOutcome.Broken(reason) : new AttemptOutcome.Failed(reason);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{RequestId} {Target} went on after {Pieces} pieces"
    )]
    private partial void LogContinued(string requestId, string target, int pieces);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{RequestId} the stream of {Target} broke: {Reason}")]
    private partial void LogBroken(string requestId, string target, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{RequestId} {Target} could not go on: {Reason}")]
    private partial void LogFailed(string requestId, string target, string reason);
}
