using LlmOperator.Controllers.LeaderElection;

namespace LlmOperator.Controllers.Hosting;

/// <summary>How a manager runs.</summary>
public sealed record ControllerManagerOptions
{
    /// <summary>Lease to lead by; null to run everything at once.</summary>
    public LeaderElectionOptions? LeaderElection { get; init; }

    /// <summary>How long a stop may take in all. Default 30 seconds.</summary>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the first lists may take before the start fails (C29). Default 2 minutes.</summary>
    public TimeSpan CacheSyncTimeout { get; init; } = TimeSpan.FromMinutes(2);
}
