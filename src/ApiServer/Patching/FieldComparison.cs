using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Resources;
using LlmOperator.ApiServer.Schemas;

namespace LlmOperator.ApiServer.Patching;

/// <summary>Which fields differ between two states of an object.</summary>
internal sealed class FieldComparison
{
    private readonly Func<Schema?, bool> _withParents;

    /// <summary>Objects of built-in kinds with fixed fields are never owned as such, as on a real API server.</summary>
    private FieldComparison(ResourceType type) =>
        _withParents = schema => type.IsCustom || schema is null or { Properties.Count: 0 };

    /// <summary>Fields that are new or have another value.</summary>
    public FieldSet Changed { get; } = new();

    public FieldSet Removed { get; } = new();

    public static FieldComparison Between(JsonObject? old, JsonObject item, ResourceType type)
    {
        var result = new FieldComparison(type);
        result.Compare(old ?? [], item, TypedValue.Root(type), result.Changed, result.Removed);
        FieldSetBuilder.WithoutIgnored(result.Changed);
        FieldSetBuilder.WithoutIgnored(result.Removed);
        return result;
    }

    private void Compare(JsonNode? old, JsonNode? item, Schema? schema, FieldSet changed, FieldSet removed)
    {
        if (TypedValue.IsGranular(old, schema) && TypedValue.IsGranular(item, schema))
        {
            CompareObjects((JsonObject)old!, (JsonObject)item!, schema, changed, removed);
        }
        else if (TypedValue.IsAssociative(old, schema) && TypedValue.IsAssociative(item, schema))
        {
            CompareLists(old!, item!, schema!, changed, removed);
        }
        else if (!JsonNodes.Same(old, item))
        {
            changed.IsMember = true;
        }
    }

    private void CompareObjects(
        JsonObject old,
        JsonObject item,
        Schema? schema,
        FieldSet changed,
        FieldSet removed
    )
    {
        foreach (var name in old.Select(p => p.Key).Union(item.Select(p => p.Key)))
        {
            var below = TypedValue.Property(schema, name);
            var element = TypedValue.FieldElement(name);
            if (!item.TryGetPropertyValue(name, out var after))
            {
                FieldSetBuilder.Add(old[name], below, removed.Below(element), _withParents);
            }
            else if (!old.TryGetPropertyValue(name, out var before))
            {
                FieldSetBuilder.Add(after, below, changed.Below(element), _withParents);
            }
            else
            {
                Compare(before, after, below, changed.Below(element), removed.Below(element));
            }
        }
    }

    private void CompareLists(JsonNode old, JsonNode item, Schema schema, FieldSet changed, FieldSet removed)
    {
        var before = ByElement(old, schema);
        var after = ByElement(item, schema);
        foreach (var element in before.Keys.Union(after.Keys))
        {
            if (!after.TryGetValue(element, out var newEntry))
            {
                AddEntry(before[element], schema, removed.Below(element));
            }
            else if (!before.TryGetValue(element, out var oldEntry))
            {
                AddEntry(newEntry, schema, changed.Below(element));
            }
            else if (newEntry is JsonObject)
            {
                Compare(oldEntry, newEntry, schema.Items, changed.Below(element), removed.Below(element));
            }
        }
    }

    private void AddEntry(JsonNode? entry, Schema schema, FieldSet node)
    {
        node.IsMember = true;
        if (entry is JsonObject)
        {
            FieldSetBuilder.Add(entry, schema.Items, node, _withParents);
        }
    }

    private static Dictionary<string, JsonNode?> ByElement(JsonNode list, Schema schema)
    {
        var result = new Dictionary<string, JsonNode?>();
        foreach (var (element, entry) in TypedValue.Items(list, schema))
        {
            result.TryAdd(element, entry);
        }
        return result;
    }
}
