namespace LlmOperator.Operator.Planning;

/// <summary>What would become of a model.</summary>
public sealed record PreviewedModel
{
    /// <summary>Namespace and name.</summary>
    public required string Model { get; init; }

    /// <summary>Replicas wanted.</summary>
    public int Wanted { get; init; }

    /// <summary>Replicas that would have a node.</summary>
    public int Placed { get; init; }

    /// <summary>Why it cannot be planned; absent when it can.</summary>
    public string? Problem { get; init; }

    /// <summary>What each node has to say of it.</summary>
    public IReadOnlyList<NodeVerdict> Nodes { get; init; } = [];
}
