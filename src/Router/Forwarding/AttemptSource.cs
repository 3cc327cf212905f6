using LlmOperator.Router.Balancing;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Dialects;
using LlmOperator.Router.Policies;

namespace LlmOperator.Router.Forwarding;

/// <summary>
/// The attempts of one request, in order: the replicas of the first candidate, then the next candidate. A second replica
/// is tried only while enough attempts are left for every candidate that follows. Nothing outside of the plan is ever
/// handed out.
/// </summary>
internal sealed class AttemptSource(RoutePlan plan, ReplicaBalancer balancer, string? servingToken)
{
    private readonly HashSet<Uri> _tried = [];
    private int _candidate;
    private int _attempts;
    private int _attemptsAtCandidate;

    /// <summary>Why candidates were passed over without an attempt.</summary>
    public List<string> Skipped { get; } = [];

    /// <summary>Number of attempts handed out.</summary>
    public int Attempts => _attempts;

    /// <summary>Attempts that are left by the limit.</summary>
    public int Left => plan.Limits.Attempts - _attempts;

    /// <summary>Takes back the attempt that was handed out last: nothing was sent.</summary>
    public void TakeBack() => _attempts--;

    /// <summary>The next attempt; null when there is none.</summary>
    public UpstreamTarget? Next()
    {
        while (_candidate < plan.Candidates.Count && Left > 0)
        {
            UpstreamTarget? target = plan.Candidates[_candidate] switch
            {
                Candidate.Local local => Local(local),
                Candidate.Remote remote => Remote(remote),
                _ => null,
            };
            if (target is not null)
            {
                _attempts++;
                _attemptsAtCandidate++;
                return target;
            }

            _candidate++;
            _attemptsAtCandidate = 0;
        }

        return null;
    }

    private UpstreamTarget? Local(Candidate.Local candidate)
    {
        int following = plan.Candidates.Count - _candidate - 1;
        bool mayRepeat = _attemptsAtCandidate == 0 || Left > following;
        LocalReplica? replica = mayRepeat ? balancer.Pick(candidate.Model, _tried) : null;
        if (replica is null)
        {
            if (candidate.Model.Problem is { } problem)
            {
                Skipped.Add($"model \"{candidate.Model.Key.Name}\" is not ready: {problem}");
            }

            return null;
        }

        _tried.Add(replica.Endpoint);
        return new UpstreamTarget
        {
            Candidate = candidate,
            Name = $"{candidate.Name} on {replica.Node}",
            Endpoint = replica.Endpoint,
            Token = servingToken,
            Dialect = UpstreamDialects.Local,
            Digest = replica.Digest,
            ModelName = candidate.Model.Key.Name,
        };
    }

    private UpstreamTarget? Remote(Candidate.Remote candidate)
    {
        // Two models of one provider share an endpoint, and each is worth an attempt.
        _candidate++;
        return candidate.Provider.BaseUrl is { } url
            ? new UpstreamTarget
            {
                Candidate = candidate,
                Name = candidate.Name,
                Endpoint = url,
                Token = candidate.Provider.ApiKey,
                Dialect = candidate.Provider.Dialect,
                ModelName = candidate.Model.UpstreamName ?? candidate.Model.Name,
            }
            : null;
    }
}
