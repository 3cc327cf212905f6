using System.Text.Json.Nodes;

namespace LlmOperator.Api.Tests.Schema;

internal static class SchemaWalk
{
    /// <summary>All fields under a schema, with their paths.</summary>
    public static IEnumerable<(string Path, JsonObject Schema)> Fields(JsonObject schema, string path = "")
    {
        foreach ((string name, JsonNode? node) in schema["properties"]?.AsObject() ?? [])
        {
            JsonObject field = node!.AsObject();
            yield return ($"{path}.{name}", field);
            foreach ((string Path, JsonObject Schema) nested in Fields(field, $"{path}.{name}"))
            {
                yield return nested;
            }
        }

        if (schema["items"] is JsonObject items)
        {
            foreach ((string Path, JsonObject Schema) nested in Fields(items, path + "[]"))
            {
                yield return nested;
            }
        }
    }
}
