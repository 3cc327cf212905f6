using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;

namespace LlmOperator.ApiServer.Resources;

/// <summary>The rules of kinds without any of their own: what CRDs get.</summary>
internal class ResourceRules : IResourceRules
{
    public static ResourceRules Plain { get; } = new();

    public virtual bool HasGeneration => true;

    public virtual void Prepare(JsonObject item, JsonObject? old) { }

    public virtual void Validate(JsonObject item, JsonObject? old, List<FieldError> errors) { }

    public virtual void FromStorage(JsonObject item, ResourceType served) =>
        item["apiVersion"] = served.ApiVersion;

    public virtual void ToStorage(JsonObject item, ResourceType served) =>
        item["apiVersion"] = served.StorageApiVersion;

    /// <summary>Everything but metadata and status counts.</summary>
    public virtual bool RaisesGeneration(JsonObject item, JsonObject old) =>
        item.Select(p => p.Key)
            .Union(old.Select(p => p.Key))
            .Where(name => name is not ("metadata" or "status" or "apiVersion" or "kind"))
            .Any(name => !JsonNodes.Same(item[name], old[name]));
}
