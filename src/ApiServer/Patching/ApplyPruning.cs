using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Schemas;

namespace LlmOperator.ApiServer.Patching;

/// <summary>Removes what a manager applied before and no longer applies, unless others own it too.</summary>
internal static class ApplyPruning
{
    /// <param name="given">The fields given up.</param>
    /// <param name="others">All fields that other managers own.</param>
    public static void Prune(JsonNode? value, Schema? schema, FieldSet given, FieldSet others)
    {
        switch (value)
        {
            case JsonObject item when TypedValue.IsGranular(item, schema):
                PruneObject(item, schema, given, others);
                break;
            case JsonArray array when TypedValue.IsAssociative(array, schema):
                PruneList(array, schema!, given, others);
                break;
            default:
                break;
        }
    }

    private static void PruneObject(JsonObject item, Schema? schema, FieldSet given, FieldSet others)
    {
        foreach (var name in item.Select(p => p.Key).ToList())
        {
            var element = TypedValue.FieldElement(name);
            if (given.Find(element) is not { } child)
            {
                continue;
            }
            var owned = others.Find(element) ?? new FieldSet();
            if (child.IsMember && owned.IsEmpty && child.Children.Count == 0)
            {
                item.Remove(name);
                continue;
            }
            var before = Count(item[name]);
            Prune(item[name], TypedValue.Property(schema, name), child, owned);
            if (before > 0 && Count(item[name]) == 0 && owned.IsEmpty)
            {
                item.Remove(name);
            }
        }
    }

    private static void PruneList(JsonArray array, Schema schema, FieldSet given, FieldSet others)
    {
        for (var i = array.Count - 1; i >= 0; i--)
        {
            var element = TypedValue.ItemElement(array[i], schema);
            if (given.Find(element) is not { } child)
            {
                continue;
            }
            var owned = others.Find(element) ?? new FieldSet();
            if (child.IsMember && owned.IsEmpty)
            {
                array.RemoveAt(i);
            }
            else
            {
                Prune(array[i], schema.Items, child, owned);
            }
        }
    }

    private static int Count(JsonNode? value) =>
        value switch
        {
            JsonObject item => item.Count,
            JsonArray array => array.Count,
            _ => 0,
        };
}
