using LlmOperator.Api.V1Alpha1;
using LlmOperator.Operator.Placement;

namespace LlmOperator.Operator.LlmModels;

/// <summary>A candidate of placement with what it stands for.</summary>
internal sealed record LoadChoice
{
    /// <summary>What placement knows of it.</summary>
    public required PlacementCandidate Candidate { get; init; }

    /// <summary>What is loaded.</summary>
    public required ModelArtifact Artifact { get; init; }

    /// <summary>Context in tokens a sequence.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Format of the key-value cache.</summary>
    public required KvCacheType KvCacheType { get; init; }

    /// <summary>Layers that go to a GPU when it is loaded on one, the output layer included.</summary>
    public required int Layers { get; init; }
}
