using System.Text.Json.Nodes;
using LlmOperator.ApiServer.BuiltIns;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Resources;
using LlmOperator.ApiServer.Schemas;
using LlmOperator.ApiServer.Writing;

namespace LlmOperator.ApiServer.Patching;

/// <summary>
/// Server-side apply: the manager's configuration is merged into the live object, what it applied before and
/// does not any more is given up, and fields of other managers are changed only by force.
/// </summary>
internal sealed class ServerSideApply(
    ResourceType type,
    JsonObject config,
    WriteOptions options,
    TimeProvider time
)
{
    /// <summary>Checks a body that is to be applied, and leaves only what this request may set.</summary>
    public static JsonObject Prepare(JsonObject body, ResourceType type, string name, string subresource)
    {
        var config = body.DeepClone().AsObject();
        var metadata = config.Ensure("metadata");
        if (metadata.Array("managedFields") is { Count: > 0 })
        {
            throw ApiErrors.BadRequest("metadata.managedFields must be nil");
        }
        metadata.Remove("managedFields");
        if (metadata.Text("name") is null or "")
        {
            metadata["name"] = name;
        }
        else if (metadata.Text("name") != name)
        {
            throw ApiErrors.BadRequest(
                $"the name of the object ({metadata.Text("name")}) does not match the name on the URL ({name})"
            );
        }
        Identity.CheckKind(config, type);
        RefuseUnknown(config, type, name);
        if (subresource == "status")
        {
            foreach (var field in config.Select(p => p.Key).ToList())
            {
                if (field is not ("apiVersion" or "kind" or "metadata" or "status"))
                {
                    config.Remove(field);
                }
            }
            foreach (var field in metadata.Select(p => p.Key).ToList())
            {
                if (field is not ("name" or "namespace" or "uid" or "resourceVersion"))
                {
                    metadata.Remove(field);
                }
            }
        }
        else if (type.HasStatus)
        {
            config.Remove("status");
        }
        return config;
    }

    /// <summary>The object to create where none is there yet.</summary>
    public JsonObject Create()
    {
        var item = config.DeepClone().AsObject();
        // The merge with nothing finds doubles in lists.
        ApplyMerge.Merge(new JsonObject(), config, TypedValue.Root(type));
        item.Ensure("metadata")["managedFields"] = ManagedEntry.WriteAll([Own()]);
        return item;
    }

    /// <summary>The new state of the live object, with its new managed fields.</summary>
    /// <exception cref="ApiException">409: other managers own fields that would change.</exception>
    public JsonObject Change(JsonObject live)
    {
        var root = TypedValue.Root(type);
        var entries = Entries(live);
        var own = Own();
        var previous = entries.FirstOrDefault(e => e.IsSameAs(own));
        var others = entries.Where(e => !e.IsSameAs(own)).ToList();
        var merged = ApplyMerge.Merge(live, config, root)!.AsObject();
        var changed = FieldComparison.Between(live, merged, type).Changed;
        var conflicts = others
            .Select(e => (Manager: e, Fields: FieldSet.Intersection(e.Fields, changed)))
            .Where(c => !c.Fields.IsEmpty)
            .ToList();
        if (conflicts.Count > 0 && !options.Force)
        {
            throw ApplyConflicts.Refuse(conflicts);
        }
        if (previous is not null)
        {
            var given = FieldSet.Difference(previous.Fields, own.Fields);
            var owned = others.Aggregate(own.Fields, (all, e) => FieldSet.Union(all, e.Fields));
            ApplyPruning.Prune(merged, root, given, owned);
        }
        var kept = others.Select(e => e with { Fields = FieldSet.Difference(e.Fields, changed) });
        // Fields that were set to the value that they had are shared, not taken.
        merged.Ensure("metadata")["managedFields"] = ManagedEntry.WriteAll([.. kept, own]);
        return merged;
    }

    private ManagedEntry Own() =>
        new(
            options.FieldManager,
            ManagedEntry.Apply,
            type.ApiVersion,
            options.Subresource,
            SystemMetadata.Timestamp(time.GetUtcNow()),
            FieldSetBuilder.Build(config, type)
        );

    private IReadOnlyList<ManagedEntry> Entries(JsonObject live)
    {
        var entries = ManagedEntry.ReadAll(live.Object("metadata")?["managedFields"]);
        return entries.Count > 0
            ? entries
            :
            [
                new(
                    "before-first-apply",
                    ManagedEntry.Update,
                    type.ApiVersion,
                    "",
                    SystemMetadata.Timestamp(time.GetUtcNow()),
                    FieldSetBuilder.Build(live, type)
                ),
            ];
    }

    /// <summary>Apply knows no unknown fields, whatever field validation was asked for.</summary>
    private static void RefuseUnknown(JsonObject config, ResourceType type, string name)
    {
        var copy = config.DeepClone().AsObject();
        var unknown = SchemaPruner.PruneObject(copy, type.Schema, BuiltInDefinitions.Metadata);
        if (unknown.Count > 0)
        {
            var shown = string.Join(", ", unknown.Select(u => $".{u}: field not declared in schema"));
            var where = $"{config.Object("metadata").Text("namespace")}/{name}";
            throw new ApiException(
                500,
                "",
                $"failed to create typed patch object ({where}; {type.ApiVersion}, Kind={type.Kind}): {shown}"
            );
        }
    }
}
