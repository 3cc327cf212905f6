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

    /// <summary>Its layers are on a GPU; known for what is new or updated.</summary>
    public bool IsOnGpu { get; init; }

    /// <summary>What becomes of it.</summary>
    public AssignmentChange Change { get; init; }
}
