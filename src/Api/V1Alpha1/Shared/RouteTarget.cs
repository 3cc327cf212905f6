using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Where a request may go: a local model, or a model of a provider.</summary>
[CelRule(
    "has(self.model) || has(self.provider)",
    "set model (a local model), or provider and model (a provider's model)"
)]
public sealed record RouteTarget
{
    /// <summary>Name of an LlmModel in the same namespace; with <see cref="Provider"/> the name of one of its models.</summary>
    [MaxLength(253)]
    public string? Model { get; init; }

    /// <summary>Name of an InferenceProvider in the same namespace; absent for a local model.</summary>
    [MaxLength(253)]
    public string? Provider { get; init; }

    /// <summary>Share among the targets of one rule, 1 where it is absent; used in a rule's targets, ignored in ordered lists.</summary>
    // No default in the schema: in a list that is owned as a whole it would make who writes the list and who applies the
    // same list differ.
    [Range(0, 1000)]
    public int? Weight { get; init; }
}
