using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Schemas;

namespace LlmOperator.ApiServer.Patching;

/// <summary>
/// Strategic merge patch of built-in kinds: list maps are merged by key, sets are united, with the directives
/// <c>$patch</c>, <c>$retainKeys</c>, <c>$deleteFromPrimitiveList/…</c> and <c>$setElementOrder/…</c>.
/// </summary>
internal static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string Order = "$setElementOrder/";
    private const string DeleteFrom = "$deleteFromPrimitiveList/";
    private const string Retain = "$retainKeys";

    public static JsonObject Apply(JsonObject target, JsonObject patch, Schema? schema)
    {
        switch (patch.Text(Directive))
        {
            case "replace":
                return Plain(patch);
            case "delete":
                return [];
            default:
                break;
        }
        if (patch.Array(Retain) is { } retained)
        {
            var names = retained.Texts().ToHashSet();
            foreach (var name in target.Select(p => p.Key).Where(n => !names.Contains(n)).ToList())
            {
                target.Remove(name);
            }
        }
        foreach (var (name, value) in patch)
        {
            if (name.StartsWith(DeleteFrom, StringComparison.Ordinal))
            {
                DeleteValues(target.Array(name[DeleteFrom.Length..]), value as JsonArray);
            }
            else if (!name.StartsWith('$'))
            {
                ApplyField(target, name, value, TypedValue.Property(schema, name));
            }
        }
        foreach (var (name, value) in patch.Where(p => p.Key.StartsWith(Order, StringComparison.Ordinal)))
        {
            Reorder(target, name[Order.Length..], value as JsonArray, schema);
        }
        return target;
    }

    private static void ApplyField(JsonObject target, string name, JsonNode? value, Schema? schema)
    {
        switch (value)
        {
            case null:
                target.Remove(name);
                break;
            case JsonObject changes when schema?.MapType != "atomic":
                target[name] = Apply(target.Object(name)?.DeepClone().AsObject() ?? [], changes, schema);
                break;
            case JsonArray list when TypedValue.IsAssociative(list, schema):
                target[name] = MergeList(target.Array(name)?.DeepClone().AsArray() ?? [], list, schema!);
                break;
            default:
                target[name] = value.DeepClone();
                break;
        }
    }

    private static JsonArray MergeList(JsonArray target, JsonArray patch, Schema schema)
    {
        if (patch.OfType<JsonObject>().Any(i => i.Text(Directive) == "replace"))
        {
            return
            [
                .. patch
                    .Where(i => (i as JsonObject)?.ContainsKey(Directive) != true)
                    .Select(i => i?.DeepClone()),
            ];
        }
        foreach (var change in patch)
        {
            var element = TypedValue.ItemElement(change, schema);
            var at = IndexOf(target, element, schema);
            if (change is not JsonObject item)
            {
                if (at < 0)
                {
                    target.Add(change?.DeepClone());
                }
            }
            else if (item.Text(Directive) == "delete")
            {
                if (at >= 0)
                {
                    target.RemoveAt(at);
                }
            }
            else if (at < 0)
            {
                target.Add((JsonNode)Apply([], item, schema.Items));
            }
            else
            {
                target[at] = Apply(target[at]!.DeepClone().AsObject(), item, schema.Items);
            }
        }
        return target;
    }

    private static int IndexOf(JsonArray list, string element, Schema schema)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (TypedValue.ItemElement(list[i], schema) == element)
            {
                return i;
            }
        }
        return -1;
    }

    private static void DeleteValues(JsonArray? list, JsonArray? values)
    {
        for (var i = (list?.Count ?? 0) - 1; i >= 0; i--)
        {
            if (values?.Any(v => JsonNodes.Same(v, list![i])) == true)
            {
                list!.RemoveAt(i);
            }
        }
    }

    /// <summary>Sorts the entries that the patch lists in its order, and leaves the others behind them.</summary>
    private static void Reorder(JsonObject target, string name, JsonArray? order, Schema? schema)
    {
        var property = TypedValue.Property(schema, name);
        if (target.Array(name) is not { } list || order is null || property is null)
        {
            return;
        }
        var places = order
            .Select((entry, at) => (Element: TypedValue.ItemElement(entry, property), At: at))
            .GroupBy(p => p.Element)
            .ToDictionary(g => g.Key, g => g.First().At);
        target[name] = new JsonArray([
            .. list.OrderBy(i => places.GetValueOrDefault(TypedValue.ItemElement(i, property), int.MaxValue))
                .Select(i => i?.DeepClone()),
        ]);
    }

    private static JsonObject Plain(JsonObject patch) =>
        new(
            patch
                .Where(p => !p.Key.StartsWith('$'))
                .Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone()))
        );
}
