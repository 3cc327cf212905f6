using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Cli.Distribution;

/// <summary>How far one node is with a model.</summary>
internal sealed record NodeProgress
{
    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>Pending, Running, Done or Failed.</summary>
    public required NodeProgressState State { get; init; }

    /// <summary>The download; null before it began.</summary>
    public ReplicaPull? Pull { get; init; }

    /// <summary>What is in the way; empty when nothing is.</summary>
    public string Error { get; init; } = "";

    /// <summary>Whether nothing more will happen by itself.</summary>
    public bool HasEnded => State is NodeProgressState.Done or NodeProgressState.Failed;
}
