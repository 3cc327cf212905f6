using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Operator.LlmModels;

/// <summary>A variant of a model with the source that it really comes from, catalogs looked up.</summary>
/// <param name="Name">Name of the variant.</param>
/// <param name="Source">Source; never a catalog.</param>
internal sealed record SourceVariant(string Name, ModelSource Source);
