using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Schemas;

/// <summary>Removes, and names, what a schema does not know.</summary>
internal static class SchemaPruner
{
    /// <summary>Prunes a whole object; <c>apiVersion</c>, <c>kind</c> and <c>metadata</c> are judged by <paramref name="metadata"/>.</summary>
    /// <returns>The paths that were removed, such as <c>spec.containers[0].imag</c>.</returns>
    public static IReadOnlyList<string> PruneObject(JsonObject item, Schema schema, Schema metadata)
    {
        var removed = new List<string>();
        PruneProperties(item, schema, metadata, "", removed, isResource: true);
        removed.Sort(StringComparer.Ordinal);
        return removed;
    }

    private static void Prune(
        JsonNode? value,
        Schema schema,
        Schema metadata,
        string path,
        List<string> removed
    )
    {
        switch (value)
        {
            case JsonObject item:
                PruneProperties(item, schema, metadata, path, removed, schema.EmbeddedResource);
                break;
            case JsonArray array when schema.Items is not null:
                for (var i = 0; i < array.Count; i++)
                {
                    Prune(array[i], schema.Items, metadata, $"{path}[{i}]", removed);
                }
                break;
            default:
                break;
        }
    }

    private static void PruneProperties(
        JsonObject item,
        Schema schema,
        Schema metadata,
        string path,
        List<string> removed,
        bool isResource
    )
    {
        List<string>? unknown = null;
        foreach (var (name, value) in item)
        {
            var below = path.Length == 0 ? name : $"{path}.{name}";
            if (isResource && name is "apiVersion" or "kind")
            {
                continue;
            }
            if (isResource && name == "metadata")
            {
                Prune(value, metadata, metadata, below, removed);
                continue;
            }
            if (schema.Property(name) is { } known)
            {
                Prune(value, known, metadata, below, removed);
            }
            else if (!schema.PreserveUnknownFields)
            {
                (unknown ??= []).Add(name);
                removed.Add(below);
            }
        }
        foreach (var name in unknown ?? [])
        {
            item.Remove(name);
        }
    }
}
