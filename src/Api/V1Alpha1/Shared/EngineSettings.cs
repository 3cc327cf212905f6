using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>What runs the model, and how.</summary>
public sealed record EngineSettings
{
    /// <summary>Engine.</summary>
    [DefaultValue(EngineKind.LlamaCpp)]
    public EngineKind Kind { get; init; } = EngineKind.LlamaCpp;

    /// <summary>Further settings of the engine by name, from the list that the reference documents (for LlamaCpp for example <c>threads</c>); others are refused.</summary>
    [ListMap("name")]
    [MaxLength(32)]
    public IReadOnlyList<EngineArgument>? Arguments { get; init; }
}
