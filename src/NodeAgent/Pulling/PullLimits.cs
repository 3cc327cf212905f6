namespace LlmOperator.NodeAgent.Pulling;

/// <summary>What all pulls of a node share. Thread-safe.</summary>
internal sealed class PullLimits(PullOptions options, TimeProvider time, int parallelPulls = 2)
{
    /// <summary>Places for pulls at the same time. With none, pulls that run stop too and keep what they have.</summary>
    public PullSlots Slots { get; } = new(parallelPulls);

    /// <summary>Bytes a second, from origins and peers together.</summary>
    public ByteBudget Bytes { get; } = new(options.MostBytesPerSecond, time);

    /// <summary>Connections to one origin, of all pulls together.</summary>
    public HostShares Hosts { get; } = new(options.ConnectionsPerHost);

    public bool IsPaused => Slots.Limit == 0;
}
