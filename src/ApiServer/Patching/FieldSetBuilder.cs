using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Resources;
using LlmOperator.ApiServer.Schemas;

namespace LlmOperator.ApiServer.Patching;

/// <summary>Finds the paths that an object sets.</summary>
internal static class FieldSetBuilder
{
    /// <summary>Fields that nobody owns: they are the server's, or name the object.</summary>
    private static readonly string[] s_ignoredMetadata =
    [
        "name",
        "namespace",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "selfLink",
        "uid",
        "clusterName",
        "generation",
        "managedFields",
        "resourceVersion",
    ];

    public static FieldSet Build(JsonObject item, ResourceType type)
    {
        var set = new FieldSet();
        Add(item, TypedValue.Root(type), set);
        return WithoutIgnored(set);
    }

    public static FieldSet WithoutIgnored(FieldSet set)
    {
        set.Remove("f:apiVersion");
        set.Remove("f:kind");
        if (set.Find("f:metadata") is { } metadata)
        {
            metadata.IsMember = false;
            foreach (var name in s_ignoredMetadata)
            {
                metadata.Remove(TypedValue.FieldElement(name));
            }
        }
        return set;
    }

    /// <summary>Adds the paths of a value to the node that stands for it.</summary>
    /// <param name="withParents">
    /// Tells which objects are themselves in the set beside their fields: those that an update made, not those
    /// that an apply mentions.
    /// </param>
    public static void Add(
        JsonNode? value,
        Schema? schema,
        FieldSet node,
        Func<Schema?, bool>? withParents = null
    )
    {
        if (value is JsonObject { Count: > 0 } item && TypedValue.IsGranular(value, schema))
        {
            node.IsMember |= withParents?.Invoke(schema) ?? false;
            foreach (var (name, below) in item)
            {
                var element = TypedValue.FieldElement(name);
                Add(below, TypedValue.Property(schema, name), node.Below(element), withParents);
            }
        }
        else if (value is JsonArray { Count: > 0 } && TypedValue.IsAssociative(value, schema))
        {
            node.IsMember |= withParents is not null;
            foreach (var (element, entry) in TypedValue.Items(value, schema!))
            {
                var below = node.Below(element);
                below.IsMember = true;
                if (entry is JsonObject)
                {
                    Add(entry, schema!.Items, below, withParents);
                }
            }
        }
        else
        {
            node.IsMember = true;
        }
    }
}
