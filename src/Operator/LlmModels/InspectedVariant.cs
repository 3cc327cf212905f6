using LlmOperator.Api.V1Alpha1;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Memory;

namespace LlmOperator.Operator.LlmModels;

/// <summary>A variant whose source was resolved and whose header was read.</summary>
internal sealed record InspectedVariant
{
    /// <summary>What it resolved to.</summary>
    public required ModelArtifact Artifact { get; init; }

    /// <summary>Facts from the header.</summary>
    public required ModelFacts Facts { get; init; }

    /// <summary>Headers of all that is loaded: the parts of the weights in order, a projector, adapters.</summary>
    public required ModelFiles Files { get; init; }
}
