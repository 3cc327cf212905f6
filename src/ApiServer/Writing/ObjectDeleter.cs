using System.Text.Json.Nodes;
using LlmOperator.ApiServer.BuiltIns;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Resources;
using LlmOperator.ApiServer.Storage;

namespace LlmOperator.ApiServer.Writing;

/// <summary>Deletes objects, at once or, where finalizers hold them, by marking them.</summary>
internal sealed class ObjectDeleter(ObjectStore store, TimeProvider time)
{
    public const string ForegroundFinalizer = "foregroundDeletion";
    public const string OrphanFinalizer = "orphan";

    /// <returns>The object when it is only marked; null for <c>Gone</c>, with its last state.</returns>
    public async Task<(JsonObject Object, bool Gone)> DeleteAsync(
        ResourceType type,
        string key,
        DeleteOptions options
    )
    {
        while (true)
        {
            var name = key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..];
            var stored = store.Latest(type.Storage, key) ?? throw ApiErrors.NotFound(type, name);
            CheckPreconditions(type, stored, options);
            var item = stored.Parse();
            var before = item.DeepClone();
            Mark(item, type, options);
            var held = !SystemMetadata.IsReleased(item, type);
            if (!held && !stored.IsDeleting)
            {
                item = (JsonObject)before;
            }
            var unchanged = held && JsonNodes.Same(item, before);
            if (options.DryRun || unchanged || await TryStoreAsync(stored, item, held))
            {
                type.Rules.FromStorage(item, type);
                return (item, !held);
            }
        }
    }

    private async Task<bool> TryStoreAsync(StoredObject stored, JsonObject item, bool held)
    {
        var result = held
            ? await store.TryPutAsync(stored.Resource, stored, item)
            : await store.TryDeleteAsync(stored, item);
        return result is not null;
    }

    private void Mark(JsonObject item, ResourceType type, DeleteOptions options)
    {
        var metadata = item.Object("metadata")!;
        SetPropagation(metadata, options.Propagation);
        if (metadata.Text("deletionTimestamp") is not null)
        {
            return;
        }
        metadata["deletionTimestamp"] = SystemMetadata.Timestamp(time.GetUtcNow());
        metadata["deletionGracePeriodSeconds"] = JsonValue.Create(0L);
        if (type.Rules.HasGeneration && metadata["generation"].Whole() is { } generation)
        {
            metadata["generation"] = JsonValue.Create(generation + 1);
        }
        if (type.Storage == BuiltInResources.Namespaces)
        {
            metadata.Remove("deletionGracePeriodSeconds");
            item.Ensure("status")["phase"] = "Terminating";
        }
    }

    private static void SetPropagation(JsonObject metadata, string propagation)
    {
        var finalizers = metadata.Array("finalizers").Texts().ToList();
        var wanted = propagation switch
        {
            "Foreground" => ForegroundFinalizer,
            "Orphan" => OrphanFinalizer,
            _ => null,
        };
        finalizers.RemoveAll(f => f is ForegroundFinalizer or OrphanFinalizer && f != wanted);
        if (wanted is not null && !finalizers.Contains(wanted))
        {
            finalizers.Add(wanted);
        }
        if (finalizers.Count > 0)
        {
            metadata["finalizers"] = new JsonArray([.. finalizers.Select(f => (JsonNode)f)]);
        }
        else
        {
            metadata.Remove("finalizers");
        }
    }

    private static void CheckPreconditions(ResourceType type, StoredObject stored, DeleteOptions options)
    {
        if (options.Uid is { } uid && uid != stored.Uid)
        {
            throw ApiErrors.Conflict(
                type,
                stored.Name,
                $"the UID in the precondition ({uid}) does not match the UID in record ({stored.Uid}). The object might have been deleted and then recreated"
            );
        }
        if (options.ResourceVersion is { } version && version != stored.Revision.ToString())
        {
            throw ApiErrors.Conflict(
                type,
                stored.Name,
                $"the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record ({stored.Revision}). The object might have been modified"
            );
        }
    }
}
