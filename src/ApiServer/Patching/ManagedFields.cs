using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Resources;
using LlmOperator.ApiServer.Writing;

namespace LlmOperator.ApiServer.Patching;

/// <summary>Keeps <c>metadata.managedFields</c>.</summary>
internal static class ManagedFields
{
    /// <summary>Sets the managed fields of an object that is about to be stored.</summary>
    /// <param name="managed">What the client sent, or what an apply worked out.</param>
    public static void AfterWrite(
        JsonObject item,
        JsonObject? old,
        JsonNode? managed,
        ResourceType type,
        WriteOptions options,
        DateTimeOffset now
    )
    {
        var metadata = item.Ensure("metadata");
        var before = old.Object("metadata")?["managedFields"];
        var entries =
            options.IsApply ? ManagedEntry.ReadAll(managed)
            : IsReset(managed) ? []
            : AfterUpdate(item, old, ManagedEntry.ReadAll(managed ?? before), type, options, now);
        metadata.Remove("managedFields");
        var json = ManagedEntry.WriteAll(entries);
        if (json.Count > 0)
        {
            metadata["managedFields"] = json;
        }
    }

    /// <summary>A list of one empty entry asks to forget who manages what.</summary>
    private static bool IsReset(JsonNode? managed) =>
        managed is JsonArray { Count: 1 } and [JsonObject { Count: 0 }];

    private static IReadOnlyList<ManagedEntry> AfterUpdate(
        JsonObject item,
        JsonObject? old,
        IReadOnlyList<ManagedEntry> entries,
        ResourceType type,
        WriteOptions options,
        DateTimeOffset now
    )
    {
        if (old is not null && entries.Count == 0)
        {
            // Whoever cleared the list wants no tracking; it begins again with the next apply.
            return [];
        }
        var comparison = FieldComparison.Between(old, item, type);
        if (comparison.Changed.IsEmpty && comparison.Removed.IsEmpty)
        {
            return entries;
        }
        var lost = FieldSet.Union(comparison.Changed, comparison.Removed);
        var own = new ManagedEntry(
            options.FieldManager,
            ManagedEntry.Update,
            type.ApiVersion,
            options.Subresource,
            SystemMetadata.Timestamp(now),
            comparison.Changed
        );
        var result = new List<ManagedEntry>();
        foreach (var entry in entries)
        {
            if (entry.IsSameAs(own))
            {
                var kept = FieldSet.Difference(entry.Fields, comparison.Removed);
                own = own with { Fields = FieldSet.Union(kept, comparison.Changed) };
            }
            else
            {
                result.Add(entry with { Fields = FieldSet.Difference(entry.Fields, lost) });
            }
        }
        result.Add(own);
        return result;
    }
}
