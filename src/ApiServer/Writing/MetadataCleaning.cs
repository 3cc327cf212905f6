using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Json;

namespace LlmOperator.ApiServer.Writing;

/// <summary>Typed kinds and metadata never keep nulls: they mean "not set".</summary>
internal static class MetadataCleaning
{
    /// <summary>Metadata is typed: what is empty is not set.</summary>
    public static void Clean(JsonObject metadata)
    {
        RemoveNulls(metadata);
        var empty = metadata.Where(p =>
            p.Value is JsonObject { Count: 0 } or JsonArray { Count: 0 } || p.Value.Text() == ""
        );
        foreach (var name in empty.Select(p => p.Key).ToList())
        {
            metadata.Remove(name);
        }
    }

    public static void RemoveNulls(JsonObject item)
    {
        foreach (var name in item.Where(p => p.Value is null).Select(p => p.Key).ToList())
        {
            item.Remove(name);
        }
        foreach (var (_, value) in item)
        {
            if (value is JsonObject below)
            {
                RemoveNulls(below);
            }
            else if (value is JsonArray array)
            {
                foreach (var element in array.OfType<JsonObject>())
                {
                    RemoveNulls(element);
                }
            }
        }
    }
}
