using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Resources;

namespace LlmOperator.ApiServer.Writing;

/// <summary>A write of the status changes nothing but the status, and the other way round.</summary>
internal static class SubresourceIsolation
{
    public static void Apply(JsonObject item, JsonObject old, ResourceType type, string subresource)
    {
        if (subresource == "status")
        {
            KeepAllButStatus(item, old);
        }
        else if (type.HasStatus && type.Plural != "customresourcedefinitions")
        {
            Copy(item, old, "status");
        }
    }

    private static void KeepAllButStatus(JsonObject item, JsonObject old)
    {
        var managed = item.Object("metadata")?["managedFields"]?.DeepClone();
        foreach (var name in item.Select(p => p.Key).Union(old.Select(p => p.Key)).ToList())
        {
            if (name != "status")
            {
                Copy(item, old, name);
            }
        }
        if (managed is not null)
        {
            item.Ensure("metadata")["managedFields"] = managed;
        }
    }

    private static void Copy(JsonObject item, JsonObject old, string name)
    {
        if (old.TryGetPropertyValue(name, out var value))
        {
            item[name] = value?.DeepClone();
        }
        else
        {
            item.Remove(name);
        }
    }
}
