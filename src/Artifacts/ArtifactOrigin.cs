using ApiSource = LlmOperator.Api.V1Alpha1.ModelSource;
using ModelSource = LlmOperator.Models.Sources.ModelSource;

namespace LlmOperator.Artifacts;

/// <summary>One place that files of an artifact can be taken from.</summary>
/// <param name="Declared">The place as the spec names it; its Secret is read for it.</param>
/// <param name="Source">The place as it is resolved.</param>
/// <param name="IsMirror">False for the source itself.</param>
public sealed record ArtifactOrigin(ApiSource Declared, ModelSource Source, bool IsMirror)
{
    /// <summary>For people, without secrets.</summary>
    public string Name => IsMirror ? $"mirror {Source.DisplayName}" : Source.DisplayName;
}
