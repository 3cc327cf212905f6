using System.Text.Json.Nodes;
using LlmOperator.ApiServer.CustomResources;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Resources;

namespace LlmOperator.ApiServer.BuiltIns;

/// <summary>
/// CustomResourceDefinitions: names are completed, the schema is checked, and since this server serves a CRD
/// as soon as it is stored, the conditions Established and NamesAccepted are set by the write itself.
/// </summary>
internal sealed class DefinitionRules : ResourceRules
{
    /// <summary>Keeps the objects of a kind until they are deleted with it.</summary>
    public const string CleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";

    public override void Prepare(JsonObject item, JsonObject? old)
    {
        if (item.Object("spec") is not { } spec || spec.Object("names") is not { } names)
        {
            return;
        }
        var kind = names.Text("kind") ?? "";
        names["singular"] ??= kind.ToLowerInvariant();
        names["listKind"] ??= $"{kind}List";
        spec["conversion"] ??= new JsonObject { ["strategy"] = "None" };
        var metadata = item.Ensure("metadata");
        if (old is null && metadata.Array("finalizers").Texts().All(f => f != CleanupFinalizer))
        {
            var finalizers = metadata.Array("finalizers") ?? [];
            finalizers.Add(CleanupFinalizer);
            metadata["finalizers"] = finalizers;
        }
        var now = old
            ?.Object("status")
            ?.Array("conditions")
            ?.OfType<JsonObject>()
            .FirstOrDefault()
            ?.Text("lastTransitionTime");
        item["status"] = DefinitionStatus.Of(spec, metadata, item.Object("status"), now);
    }

    public override void Validate(JsonObject item, JsonObject? old, List<FieldError> errors) =>
        DefinitionValidator.Validate(item, old, errors);
}
