using LlmOperator.Api.V1Alpha1;
using LlmOperator.Models.Gguf;

namespace LlmOperator.Operator.LlmModels;

/// <summary>A variant whose source was resolved and whose header was read.</summary>
internal sealed record InspectedVariant
{
    /// <summary>What it resolved to.</summary>
    public required ModelArtifact Artifact { get; init; }

    /// <summary>Facts from the header.</summary>
    public required ModelFacts Facts { get; init; }

    /// <summary>Headers of all parts of the weights, in order.</summary>
    public required IReadOnlyList<GgufFile> Headers { get; init; }
}
