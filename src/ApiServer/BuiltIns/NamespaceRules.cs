using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Json;

namespace LlmOperator.ApiServer.BuiltIns;

/// <summary>Namespaces carry their name as a label, the finalizer <c>kubernetes</c>, and a phase.</summary>
internal sealed class NamespaceRules : NoGenerationRules
{
    public override void Prepare(JsonObject item, JsonObject? old)
    {
        var metadata = item.Ensure("metadata");
        if (metadata.Text("name") is { } name)
        {
            metadata.Ensure("labels")["kubernetes.io/metadata.name"] = name;
        }
        if (old is null)
        {
            item["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") };
            item["status"] = new JsonObject { ["phase"] = "Active" };
        }
        else
        {
            item["spec"] = old["spec"]?.DeepClone();
        }
        if (metadata.Text("deletionTimestamp") is not null)
        {
            item.Ensure("status")["phase"] = "Terminating";
        }
    }
}
