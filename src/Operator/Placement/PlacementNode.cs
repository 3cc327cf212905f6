namespace LlmOperator.Operator.Placement;

/// <summary>A machine, as placement sees it.</summary>
internal sealed record PlacementNode
{
    /// <summary>Unique.</summary>
    public required string Name { get; init; }

    /// <summary>Labels, for selectors.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether it can be counted on.</summary>
    public NodeState State { get; init; }

    /// <summary>Takes nothing new because somebody said so.</summary>
    public bool IsCordoned { get; init; }

    /// <summary>Kinds of engine that work there.</summary>
    public IReadOnlyList<string> Engines { get; init; } = [];

    /// <summary>Devices with their budgets.</summary>
    public IReadOnlyList<PlacementDevice> Devices { get; init; } = [];
}
