using LlmOperator.Api.V1Alpha1;
using LlmOperator.Operator.LlmModels;

namespace LlmOperator.Operator.Fleet;

/// <summary>A model with the ways to load it.</summary>
/// <param name="Model">The object.</param>
/// <param name="Choices">Ways to load it by identity; empty when they are not known.</param>
/// <param name="Problem">Why the ways to load it cannot be computed; null when they can, or are not known yet.</param>
internal sealed record ModelView(
    LlmModel Model,
    IReadOnlyDictionary<string, LoadChoice> Choices,
    Inspection.Failed? Problem
);
