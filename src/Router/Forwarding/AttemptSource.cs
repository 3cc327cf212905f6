using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Balancing;
using LlmOperator.Router.Balancing.Breaking;
using LlmOperator.Router.Balancing.Prefixes;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Dialects;
using LlmOperator.Router.Forwarding.Waking;
using LlmOperator.Router.Policies;

namespace LlmOperator.Router.Forwarding;

/// <summary>
/// The attempts of one request, in order: the replicas of the first candidate, then the next candidate. A second replica
/// is tried only while enough attempts are left for every candidate that follows. Targets that are left alone by their
/// circuit, or that said when to ask again, are passed over; when that leaves nobody, one whose failures are known at once is
/// asked all the same. Nothing outside of the plan is ever handed out.
/// </summary>
internal sealed class AttemptSource(
    RoutePlan plan,
    ReplicaBalancer balancer,
    PromptAffinity prompt,
    string? servingToken,
    ColdWait? cold = null
)
{
    private readonly BreakerLimits _limits = plan.Limits.Breaker;
    private readonly HashSet<string> _tried = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TargetRefusal> _leftAlone = new(StringComparer.Ordinal);
    private readonly List<string> _notReady = [];
    private Candidate.Local? _awake;
    private int _candidate;
    private int _attempts;
    private int _attemptsAtCandidate;
    private bool _isInNeed;
    private HedgeTargets? _hedge;

    /// <summary>Why targets were passed over without an attempt.</summary>
    public IEnumerable<string> Skipped =>
        _notReady.Concat(_leftAlone.Select(l => $"{l.Key}: {l.Value.Reason}"));

    /// <summary>Targets that were left alone.</summary>
    public IReadOnlyCollection<TargetRefusal> LeftAlone => _leftAlone.Values;

    /// <summary>Number of attempts handed out.</summary>
    public int Attempts => _attempts;

    /// <summary>Attempts that are left by the limit.</summary>
    public int Left => plan.Limits.Attempts - _attempts;

    /// <summary>Takes back the attempt that was handed out last: nothing was sent.</summary>
    public void TakeBack() => _attempts--;

    /// <summary>The next attempt, let through by its circuit; null when there is none.</summary>
    public async ValueTask<UpstreamTarget?> NextAsync()
    {
        if (await NextOfPlanAsync() is { } target)
        {
            return target;
        }

        // Refused by a circuit, but nobody else was there to ask.
        if (_attempts > 0 || _isInNeed || !_leftAlone.Values.Any(r => r.MayBeAskedInNeed))
        {
            return null;
        }

        (_isInNeed, _candidate, _attemptsAtCandidate) = (true, 0, 0);
        return await NextOfPlanAsync();
    }

    /// <summary>A target for a second attempt beside the one that was handed out last; null when there is none that may be asked at once.</summary>
    /// <param name="allowed">Where it may go.</param>
    public async ValueTask<UpstreamTarget?> HedgeAsync(HedgeTargets allowed)
    {
        _hedge = allowed;
        try
        {
            return await NextOfPlanAsync();
        }
        finally
        {
            _hedge = null;
        }
    }

    private async ValueTask<UpstreamTarget?> NextOfPlanAsync()
    {
        while (_candidate < plan.Candidates.Count && Left > 0)
        {
            int asked = _candidate;
            if (_hedge is { } allowed && !MayHedge(plan.Candidates[asked], allowed))
            {
                return null;
            }

            if (cold?.AgainstFollowing(plan.Candidates[asked]) is { } against)
            {
                if (!_isInNeed)
                {
                    _notReady.Add(against);
                }

                (_candidate, _attemptsAtCandidate) = (asked + 1, 0);
                continue;
            }

            UpstreamTarget? target = plan.Candidates[_candidate] switch
            {
                Candidate.Local local => await LocalAsync(local),
                Candidate.Remote remote => await RemoteAsync(remote),
                _ => null,
            };
            if (target is not null)
            {
                _attempts++;
                _attemptsAtCandidate = _candidate == asked ? _attemptsAtCandidate + 1 : 0;
                return target;
            }

            _candidate = asked + 1;
            _attemptsAtCandidate = 0;
        }

        return null;
    }

    // A second attempt waits for nothing.
    private static bool MayHedge(Candidate candidate, HedgeTargets allowed) =>
        candidate is Candidate.Local local ? !local.Model.IsCold : allowed == HedgeTargets.All;

    private async ValueTask<UpstreamTarget?> LocalAsync(Candidate.Local candidate)
    {
        int following = plan.Candidates.Count - _candidate - 1;
        if (candidate.Model.IsCold && cold is not null)
        {
            // Once a candidate: whoever waited for it asks it, and its other replicas after that.
            bool isFirst = _awake?.Name != candidate.Name;
            if (isFirst && cold.HasGivenUp(candidate))
            {
                return null;
            }

            _awake = isFirst ? await cold.WaitAsync(candidate, plan.Candidates.Skip(_candidate + 1)) : _awake;
            if (_awake is null)
            {
                _notReady.Add($"model \"{candidate.Model.Key.Name}\" is not in memory: {cold.Reason}");
                return null;
            }

            candidate = _awake;
        }

        bool mayRepeat = _attemptsAtCandidate == 0 || Left > following;
        while (mayRepeat && Pick(candidate) is (var replica, var by))
        {
            _tried.Add(replica.Id);
            string name = NameOf(candidate, replica);
            if (await EnterAsync(balancer.LoadOf(replica), name) is { } pass)
            {
                return new UpstreamTarget
                {
                    Candidate = candidate,
                    Name = name,
                    Endpoint = replica.Endpoint,
                    Token = servingToken,
                    Dialect = UpstreamDialects.Local,
                    Digest = replica.Digest,
                    ModelName = candidate.Model.Key.Name,
                    Pass = pass,
                    ChosenBy = by,
                };
            }
        }

        if (candidate.Model.Problem is { } problem && !_isInNeed)
        {
            _notReady.Add($"model \"{candidate.Model.Key.Name}\" is not ready: {problem}");
        }

        return null;
    }

    private (LocalReplica Replica, ChosenBy? By)? Pick(Candidate.Local candidate)
    {
        List<LocalReplica> open = [];
        foreach (LocalReplica replica in candidate.Model.Replicas)
        {
            if (!_tried.Contains(replica.Id) && MayAsk(balancer.LoadOf(replica), NameOf(candidate, replica)))
            {
                open.Add(replica);
            }
        }

        if (candidate.Model.HasColdReplicas && cold is not null)
        {
            PreferLoaded(open, cold);
        }

        if (_hedge is not null)
        {
            open.RemoveAll(r => r.IsCold);
        }

        return open.Count == 0 ? null : balancer.Pick(open, prompt, plan.Balancing);
    }

    // Nobody waits for a replica while another is in memory; when those have no room, one more is loaded for those who come.
    private void PreferLoaded(List<LocalReplica> open, ColdWait waits)
    {
        LocalReplica? unloaded = open.Find(r => r.IsCold);
        if (unloaded is null || open.TrueForAll(r => r.IsCold))
        {
            return;
        }

        open.RemoveAll(r => r.IsCold);
        if (open.TrueForAll(r => balancer.LoadOf(r).InFlight >= r.ParallelSequences))
        {
            waits.WakeAlso(unloaded);
        }
    }

    private async ValueTask<UpstreamTarget?> RemoteAsync(Candidate.Remote candidate)
    {
        // Two models of one provider share an endpoint, and each is worth an attempt.
        _candidate++;
        TargetLoad load = balancer.LoadOf(candidate.Name);
        return
            candidate.Provider.BaseUrl is { } url
            && MayAsk(load, candidate.Name)
            && await EnterAsync(load, candidate.Name) is { } pass
            ? new UpstreamTarget
            {
                Candidate = candidate,
                Name = candidate.Name,
                Endpoint = url,
                Token = candidate.Provider.ApiKey,
                Dialect = candidate.Provider.Dialect,
                ModelName = candidate.Model.UpstreamName ?? candidate.Model.Name,
                Pass = pass,
            }
            : null;
    }

    private bool MayAsk(TargetLoad load, string name)
    {
        if (load.Refusal(_limits) is not { } refusal)
        {
            return true;
        }

        _leftAlone[name] = refusal;
        return _isInNeed && refusal.MayBeAskedInNeed;
    }

    private async ValueTask<BreakerPass?> EnterAsync(TargetLoad load, string name)
    {
        if (await load.Breaker.TryEnterAsync(_limits) is { } pass)
        {
            return pass;
        }

        if (_isInNeed)
        {
            return load.Breaker.EnterInNeed(_limits);
        }

        _leftAlone[name] =
            load.Refusal(_limits) ?? new TargetRefusal("another request is trying it", _limits.Open.Value);
        return null;
    }

    private static string NameOf(Candidate.Local candidate, LocalReplica replica) =>
        $"{candidate.Name} on {replica.Node}";
}
