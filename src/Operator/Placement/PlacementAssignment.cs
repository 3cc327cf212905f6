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

    /// <summary>Rungs whose memory did not do on the node, for what is updated; the rung that it is on now is none.</summary>
    public IReadOnlyList<string> Exhausted { get; init; } = [];

    /// <summary>It is loaded as before, with more bytes reserved.</summary>
    public bool IsEnlarged { get; init; }

    /// <summary>What becomes of it.</summary>
    public AssignmentChange Change { get; init; }
}
