using LlmOperator.Api.V1Alpha1;
using LlmOperator.Operator.LlmModels;
using LlmOperator.Operator.ModelCatalogs;

namespace LlmOperator.Operator.Planning;

/// <summary>What the catalogs say of a model, in the operator's words, before the operator has seen it. Pure.</summary>
public static class CatalogVerdict
{
    /// <summary>
    /// Why the operator will not accept the sources of a spec; null when the catalogs let it pass, and when the spec is
    /// not sound, which the server says itself.
    /// </summary>
    /// <param name="spec">Spec.</param>
    /// <param name="catalogs">All catalogs.</param>
    public static string? Of(LlmModelSpec spec, IEnumerable<ModelCatalog> catalogs) =>
        LlmModelAcceptance.Check(spec, new CatalogIndex(catalogs), allowFiles: true)
            is Acceptance.Refused { Reason: not ConditionReason.InvalidSpec } refused
            ? refused.Message
            : null;
}
