using LlmOperator.Operator.LlmModels;
using LlmOperator.Operator.Placement;

namespace LlmOperator.Operator.Fleet;

/// <summary>What the last plan says of one model.</summary>
internal sealed record PlacementOutcome
{
    /// <summary>Generation of the spec that was planned.</summary>
    public required long Generation { get; init; }

    /// <summary>Replicas wanted.</summary>
    public required int Wanted { get; init; }

    /// <summary>Nodes of the replicas that shall exist, in order.</summary>
    public required IReadOnlyList<string> Nodes { get; init; }

    /// <summary>Replicas that are loaded in a way that is not wanted any more.</summary>
    public required int Outdated { get; init; }

    /// <summary>Replicas that are being changed to the present spec by this plan.</summary>
    public required int Renewing { get; init; }

    /// <summary>Why further nodes were refused.</summary>
    public required IReadOnlyList<PlacementRefusal> Refusals { get; init; }

    /// <summary>Nodes in all.</summary>
    public required int NodeCount { get; init; }

    /// <summary>The ways to load it are known.</summary>
    public required bool IsKnown { get; init; }

    /// <summary>So many nodes are lost that nothing is moved.</summary>
    public required bool IsPartition { get; init; }

    /// <summary>Why its memory cannot be computed; null when it can.</summary>
    public Inspection.Failed? Problem { get; init; }

    /// <summary>True when both say the same.</summary>
    public bool Says(PlacementOutcome other) =>
        this with { Nodes = other.Nodes, Refusals = other.Refusals } == other
        && Nodes.SequenceEqual(other.Nodes)
        && Refusals.SequenceEqual(other.Refusals);
}
