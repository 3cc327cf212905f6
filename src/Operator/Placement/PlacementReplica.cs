namespace LlmOperator.Operator.Placement;

/// <summary>A replica that exists.</summary>
internal sealed record PlacementReplica
{
    /// <summary>Node that it is bound to.</summary>
    public required string Node { get; init; }

    /// <summary>Identity of the way in which it is loaded.</summary>
    public required string CandidateId { get; init; }

    /// <summary>What it holds, per device.</summary>
    public IReadOnlyList<DeviceClaim> Claims { get; init; } = [];

    /// <summary>Rungs whose memory did not do on its node, by <see cref="Rung.Key"/>.</summary>
    public IReadOnlyList<string> Exhausted { get; init; } = [];

    /// <summary>
    /// Its present way of loading is the last of these: it has to be given more bytes, or to go on to a lower rung.
    /// </summary>
    public bool RanOut { get; init; }

    /// <summary>
    /// Bytes by device that the engine projected for its present way of loading, where that passed what was reserved;
    /// null otherwise.
    /// </summary>
    public IReadOnlyDictionary<string, long>? Projected { get; init; }

    /// <summary>How it lies on its node; null when that is not known.</summary>
    public PlacementLayout? Layout { get; init; }

    /// <summary>It takes turns in memory with others of its kind.</summary>
    public bool IsShared { get; init; }

    /// <summary>It is on its way out; it holds its bytes until it is gone.</summary>
    public bool IsDeleting { get; init; }

    /// <summary>It answers requests.</summary>
    public bool IsHealthy { get; init; }

    /// <summary>How long it has been there.</summary>
    public TimeSpan Residence { get; init; }
}
