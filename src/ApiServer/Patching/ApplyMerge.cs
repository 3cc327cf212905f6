using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Schemas;

namespace LlmOperator.ApiServer.Patching;

/// <summary>Merges an applied configuration into the live object, list maps by key and sets by value.</summary>
internal static class ApplyMerge
{
    public static JsonNode? Merge(JsonNode? live, JsonNode? config, Schema? schema, string path = "")
    {
        if (TypedValue.IsGranular(live, schema) && TypedValue.IsGranular(config, schema))
        {
            return MergeObjects((JsonObject)live!, (JsonObject)config!, schema, path);
        }
        if (TypedValue.IsAssociative(config, schema))
        {
            CheckUnique((JsonArray)config!, schema!, path);
            if (TypedValue.IsAssociative(live, schema))
            {
                return MergeLists((JsonArray)live!, (JsonArray)config!, schema!, path);
            }
        }
        return config?.DeepClone();
    }

    private static JsonObject MergeObjects(JsonObject live, JsonObject config, Schema? schema, string path)
    {
        var result = live.DeepClone().AsObject();
        foreach (var (name, value) in config)
        {
            live.TryGetPropertyValue(name, out var before);
            result[name] = Merge(before, value, TypedValue.Property(schema, name), $"{path}.{name}");
        }
        return result;
    }

    /// <summary>Entries of the configuration come in its order; the others keep their places, before new ones.</summary>
    private static JsonArray MergeLists(JsonArray live, JsonArray config, Schema schema, string path)
    {
        var liveItems = TypedValue.Items(live, schema);
        var configItems = TypedValue.Items(config, schema);
        var configured = configItems.Select(i => i.Key).ToHashSet();
        var result = new JsonArray();
        var next = 0;
        foreach (var (element, entry) in configItems)
        {
            var at = IndexOf(liveItems, element);
            while (
                next < at || (at < 0 && next < liveItems.Count && !configured.Contains(liveItems[next].Key))
            )
            {
                AddUnless(configured, liveItems[next++], result);
            }
            result.Add(
                Merge(at < 0 ? null : liveItems[at].Value, entry, schema.Items, $"{path}[{element[2..]}]")
            );
        }
        for (; next < liveItems.Count; next++)
        {
            AddUnless(configured, liveItems[next], result);
        }
        return result;
    }

    private static void AddUnless(
        HashSet<string> configured,
        KeyValuePair<string, JsonNode?> item,
        JsonArray result
    )
    {
        if (!configured.Contains(item.Key))
        {
            result.Add(item.Value?.DeepClone());
        }
    }

    private static int IndexOf(IReadOnlyList<KeyValuePair<string, JsonNode?>> items, string element)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Key == element)
            {
                return i;
            }
        }
        return -1;
    }

    private static void CheckUnique(JsonArray config, Schema schema, string path)
    {
        var seen = new HashSet<string>();
        foreach (var (element, _) in TypedValue.Items(config, schema))
        {
            if (!seen.Add(element))
            {
                throw new ApiException(
                    500,
                    "",
                    $"failed to create typed patch object: {path}: duplicate entries for key {ApplyConflicts.PathText([element])}"
                );
            }
        }
    }
}
