namespace LlmOperator.Operator.Placement;

/// <summary>What shall become of the fleet. Ordered and deterministic.</summary>
internal sealed record PlacementPlan
{
    /// <summary>Replicas that shall exist; those being deleted are not among them.</summary>
    public required IReadOnlyList<PlacementAssignment> Assignments { get; init; }

    /// <summary>Replicas that shall go.</summary>
    public required IReadOnlyList<PlacementRemoval> Removals { get; init; }

    /// <summary>Replicas wanted, by the key of the model: those on every node are counted by the plan.</summary>
    public IReadOnlyDictionary<string, int> Wanted { get; init; } = new Dictionary<string, int>();

    /// <summary>For each model that lacks replicas, why each other node was refused.</summary>
    public required IReadOnlyList<PlacementRefusal> Refusals { get; init; }

    /// <summary>So many nodes vanished at once that it is taken for a partition: nothing is moved from lost nodes.</summary>
    public bool IsPartition { get; init; }

    /// <summary>When another plan may displace what this one must leave alone; null when nothing waits for that.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What it is worth (<see cref="PlacementValue"/>).</summary>
    public double Value { get; init; }

    /// <summary>True when there is anything to write.</summary>
    public bool HasChanges =>
        Removals.Count > 0
        || Assignments.Any(a => a.Change is AssignmentChange.New or AssignmentChange.Updated);
}
