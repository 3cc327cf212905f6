using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Accounting;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Dialects;
using LlmOperator.Router.Policies;

namespace LlmOperator.Router.Forwarding.Waking;

/// <summary>The waits of one request for models that are not in memory. Not for concurrent use.</summary>
/// <param name="waker">Has models loaded.</param>
/// <param name="exchange">The request.</param>
/// <param name="plan">Its plan.</param>
/// <param name="record">Where it is told.</param>
/// <param name="metrics">Counts.</param>
/// <param name="time">Clock.</param>
/// <param name="requestEnds">Cancelled when the client leaves or the request's time is over.</param>
internal sealed class ColdWait(
    ModelWaker waker,
    Exchange exchange,
    RoutePlan plan,
    RequestRecord record,
    RouterMetrics metrics,
    TimeProvider time,
    CancellationToken requestEnds
)
{
    private readonly ColdStart _settings = plan.ColdStart;
    private TimeSpan _waited;
    private readonly HashSet<string> _givenUp = new(StringComparer.Ordinal);
    private ColdRule? _over;

    /// <summary>Sets what the headers say; called before the first heartbeat, with the candidate that is waited for.</summary>
    public Action<Candidate> BeforeHeartbeat { get; init; } = _ => { };

    /// <summary>What the route's header says of it; null while nothing was waited for.</summary>
    public string? RouteNote { get; private set; }

    /// <summary>How far the model is for which the request waited in vain; null when it did not.</summary>
    public LoadProgress? Progress { get; private set; }

    /// <summary>Why the last wait was in vain.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>The waits of a request; null where no model of its plan has to be loaded: then nothing of it is in its way.</summary>
    public static ColdWait? Of(
        Exchange exchange,
        RoutePlan plan,
        RequestRecord record,
        ModelWaker waker,
        RouterMetrics metrics,
        TimeProvider time,
        CancellationToken requestEnds
    )
    {
        foreach (Candidate candidate in plan.Candidates)
        {
            if (candidate is Candidate.Local { Model: { IsCold: true } or { HasColdReplicas: true } })
            {
                return new ColdWait(waker, exchange, plan, record, metrics, time, requestEnds)
                {
                    BeforeHeartbeat = waited =>
                        RouteHeader.Set(
                            exchange.Context,
                            waited.Name,
                            waited,
                            plan,
                            attempt: 1,
                            "coldstart=waiting"
                        ),
                };
            }
        }

        return null;
    }

    /// <summary>Whether the request has waited for a candidate in vain.</summary>
    public bool HasGivenUp(Candidate candidate) => _givenUp.Contains(candidate.Name);

    /// <summary>Why candidates are left out since then, for one of them; null when it may be asked.</summary>
    public string? AgainstFollowing(Candidate candidate) =>
        _over is { } rule && !rule.Allows(candidate)
            ? $"{candidate.Name}: coldStart.mode {rule.Mode} leaves it out while {rule.Model.Key.Name} is not in memory"
            : null;

    /// <summary>Has one more replica loaded, without waiting.</summary>
    public void WakeAlso(LocalReplica replica) => waker.WakeAlso(replica);

    /// <summary>Waits for a candidate's model.</summary>
    /// <param name="candidate">One that is not in memory.</param>
    /// <param name="following">The candidates that follow it.</param>
    /// <returns>The candidate as it is now; null when the wait is over.</returns>
    public async ValueTask<Candidate.Local?> WaitAsync(
        Candidate.Local candidate,
        IEnumerable<Candidate> following
    )
    {
        ColdRule rule = ColdRule.Of(_settings, candidate, following);
        TimeSpan left = rule.MaxWait - _waited;
        using WakeTicket? ticket = waker.Enter(
            candidate.Model.Key,
            left > TimeSpan.Zero ? _settings.MaxQueued : 0
        );
        long start = time.GetTimestamp();
        (LocalModel? awake, string reason) =
            left <= TimeSpan.Zero ? (null, "it is being loaded")
            : ticket is null ? (null, $"{_settings.MaxQueued} requests wait for it already")
            : await WaitAsync(candidate, ticket, left);
        TimeSpan waited = time.GetElapsedTime(start);
        _waited += waited;
        string name = candidate.Model.Key.Name;
        metrics.EndColdStart(candidate.Name, awake is null ? "over" : "loaded", waited);
        if (awake is not null)
        {
            RouteNote = $"coldstart=waited {waited.TotalSeconds:0.0} s";
            record.Tried.Add(
                $"{candidate.Name}: was not in memory; in its queue for {waited.TotalSeconds:0.0} s, after {ticket!.Before} others"
            );
            return Fresh(candidate, awake);
        }

        Progress = waker.ProgressOf(candidate.Model.Key) ?? candidate.Model.Progress;
        (_over, Reason) = (rule, reason);
        _givenUp.Add(candidate.Name);
        RouteNote = $"coldstart={name} not in memory";
        record.Tried.Add(
            $"{candidate.Name}: is not in memory ({Progress}); waited {waited.TotalSeconds:0.0} s: {reason}; coldStart.mode {rule.Mode}"
        );
        return null;
    }

    private async Task<(LocalModel? Awake, string Reason)> WaitAsync(
        Candidate.Local candidate,
        WakeTicket ticket,
        TimeSpan left
    )
    {
        long start = time.GetTimestamp();
        TimeSpan beat = exchange.Request.Stream ? _settings.Heartbeat.Value : TimeSpan.Zero;
        while (true)
        {
            LoadProgress? progress = waker.ProgressOf(candidate.Model.Key);
            TimeSpan more = left - time.GetElapsedTime(start);
            if (progress is { Stage: ModelReplicaConditions.Pulling } && progress.Remaining > more)
            {
                return (null, "its pull takes longer than a request may wait");
            }

            if (more <= TimeSpan.Zero)
            {
                return (null, $"it was not loaded within {left.TotalSeconds:0.#} s");
            }

            using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(requestEnds);
            Task pause = Task.Delay(beat > TimeSpan.Zero && beat < more ? beat : more, time, done.Token);
            Task first = await Task.WhenAny(ticket.Outcome, pause);
            await done.CancelAsync();
            requestEnds.ThrowIfCancellationRequested();
            if (first == ticket.Outcome)
            {
                return await ticket.Outcome switch
                {
                    WakeOutcome.Awake awake => (awake.Model, ""),
                    WakeOutcome.Failed failed => (null, failed.Reason),
                    _ => (null, ""),
                };
            }

            if (beat > TimeSpan.Zero)
            {
                BeforeHeartbeat(candidate);
                await exchange.Answer.WriteHeartbeatAsync(
                    $"waiting for model {candidate.Model.Key.Name}: {progress}",
                    requestEnds
                );
            }
        }
    }

    // The replicas of the moment: one that was still being stored when the plan was made has no endpoint there. Those whose
    // context is too small for the prompt stay out, and those that the plan has left out.
    private static Candidate.Local Fresh(Candidate.Local candidate, LocalModel awake)
    {
        int tokens = candidate.Estimate?.PromptTokens ?? 0;
        HashSet<string> planned = [.. candidate.Model.Replicas.Select(r => r.Name)];
        return candidate with
        {
            Model = awake with
            {
                Replicas =
                [
                    .. awake.Replicas.Where(r =>
                        planned.Contains(r.Name)
                        || (
                            candidate.DroppedTools.Count == 0
                            && (r.ContextLength == 0 || tokens < r.ContextLength)
                        )
                    ),
                ],
            },
        };
    }
}
