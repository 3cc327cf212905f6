namespace LlmOperator.Operator.Placement;

/// <summary>A replica that shall exist.</summary>
internal sealed record PlacementAssignment
{
    /// <summary>Key of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Name of the node.</summary>
    public required string Node { get; init; }

    /// <summary>Identity of the way to load it.</summary>
    public required string CandidateId { get; init; }

    /// <summary>What it holds, per device.</summary>
    public required IReadOnlyList<DeviceClaim> Claims { get; init; }

    /// <summary>How it lies on the node; null for what stays as it is.</summary>
    public PlacementLayout? Layout { get; init; }

    /// <summary>What it is worth, from 0 to 1; 0 for what stays as it is.</summary>
    public double Value { get; init; }

    /// <summary>What becomes of it.</summary>
    public AssignmentChange Change { get; init; }
}
