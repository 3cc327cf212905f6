using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Writing;

/// <summary>Typed kinds and metadata never keep nulls: they mean "not set".</summary>
internal static class MetadataCleaning
{
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
