using System.Text.Json.Nodes;
using LlmOperator.ApiServer.BuiltIns;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Patching;
using LlmOperator.ApiServer.Resources;
using LlmOperator.ApiServer.Storage;

namespace LlmOperator.ApiServer.Writing;

/// <summary>Creates and changes objects: completes, judges and stores them.</summary>
internal sealed class ObjectWriter(ObjectStore store, TimeProvider time)
{
    /// <summary>A write that lost this often against others is given up with a conflict.</summary>
    private const int MostTries = 100;

    public async Task<WriteResult> CreateAsync(
        ResourceType type,
        string @namespace,
        JsonObject body,
        WriteOptions options
    )
    {
        var item = body.DeepClone().AsObject();
        Identity.CheckKind(item, type);
        var metadata = item.Ensure("metadata");
        Identity.Complete(metadata, type, @namespace);
        var name = metadata.Text("name")!;
        CheckNamespace(type, @namespace, name);
        if (metadata.Text("resourceVersion") is { Length: > 0 })
        {
            throw ApiErrors.BadRequest("resourceVersion should not be set on objects to be created");
        }
        SystemMetadata.Start(metadata, type, time.GetUtcNow());
        if (type is { HasStatus: true, IsCustom: true })
        {
            item.Remove("status");
        }
        var managed = metadata["managedFields"]?.DeepClone();
        metadata.Remove("managedFields");
        var warnings = ObjectAdmission.Admit(item, null, type, options);
        ManagedFields.AfterWrite(item, null, managed, type, options, time.GetUtcNow());
        var created = await StoreAsync(type, null, item, options);
        return new(created ?? throw AlreadyExists(type, @namespace, name), Created: true, warnings);
    }

    /// <summary>Changes an object by a function of its current state, again and again while others are faster.</summary>
    /// <param name="change">Gets a copy in the served version; returns the new state.</param>
    public async Task<WriteResult> UpdateAsync(
        ResourceType type,
        string @namespace,
        string name,
        Func<JsonObject, JsonObject> change,
        WriteOptions options
    )
    {
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            var stored =
                store.Latest(type.Storage, StoredObject.KeyOf(@namespace, name))
                ?? throw ApiErrors.NotFound(type, name);
            if (await TryUpdateAsync(type, stored, change, options) is { } result)
            {
                return result;
            }
        }
        throw ApiErrors.Modified(type, name);
    }

    /// <summary>Server-side apply: creates the object where it is missing.</summary>
    public async Task<WriteResult> ApplyAsync(
        ResourceType type,
        string @namespace,
        string name,
        JsonObject body,
        WriteOptions options
    )
    {
        options = options with { IsApply = true };
        var apply = new ServerSideApply(
            type,
            ServerSideApply.Prepare(body, type, name, options.Subresource),
            options,
            time
        );
        var key = StoredObject.KeyOf(@namespace, name);
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            try
            {
                if (store.Latest(type.Storage, key) is not { } stored)
                {
                    return options.Subresource.Length > 0
                        ? throw ApiErrors.NotFound(type, name)
                        : await CreateAsync(type, @namespace, apply.Create(), options);
                }
                if (await TryUpdateAsync(type, stored, apply.Change, options) is { } result)
                {
                    return result;
                }
            }
            catch (ApiException e) when (e.Reason == "AlreadyExists")
            {
                // Somebody else created it in between: the next round applies to what is there.
            }
        }
        throw ApiErrors.Modified(type, name);
    }

    private async Task<WriteResult?> TryUpdateAsync(
        ResourceType type,
        StoredObject stored,
        Func<JsonObject, JsonObject> change,
        WriteOptions options
    )
    {
        var old = stored.Parse();
        type.Rules.FromStorage(old, type);
        var item = change(old.DeepClone().AsObject());
        Identity.CheckKind(item, type);
        Identity.CheckUnchanged(item.Ensure("metadata"), old.Object("metadata")!, type, options);
        SubresourceIsolation.Apply(item, old, type, options.Subresource);
        SystemMetadata.Keep(item.Ensure("metadata"), old.Object("metadata")!);
        var metadata = item.Ensure("metadata");
        var managed = metadata["managedFields"]?.DeepClone();
        metadata.Remove("managedFields");
        var warnings = ObjectAdmission.Admit(item, old, type, options);
        if (
            type.Rules.HasGeneration
            && (type.Rules.RaisesGeneration(item, old) || IsPlainStatus(item, old, type))
        )
        {
            metadata["generation"] = JsonValue.Create((metadata["generation"].Whole() ?? 0) + 1);
        }
        ManagedFields.AfterWrite(item, old, managed, type, options, time.GetUtcNow());
        if (SystemMetadata.IsReleased(item, type))
        {
            return options.DryRun || await RemoveAsync(type, stored, item)
                ? new(item, false, warnings)
                : null;
        }
        if (NoChange.Between(item, old))
        {
            return new(old, false, warnings);
        }
        var updated = await StoreAsync(type, stored, item, options);
        return updated is null ? null : new(updated, false, warnings);
    }

    private ApiException AlreadyExists(ResourceType type, string @namespace, string name) =>
        ApiErrors.AlreadyExists(
            type,
            name,
            store.Latest(type.Storage, StoredObject.KeyOf(@namespace, name)) is { IsDeleting: true }
        );

    /// <summary>True when a status changed that is a field like any other: the kind has no such subresource.</summary>
    private static bool IsPlainStatus(JsonObject item, JsonObject old, ResourceType type) =>
        type is { IsCustom: true, HasStatus: false } && !JsonNodes.Same(item["status"], old["status"]);

    private async Task<bool> RemoveAsync(ResourceType type, StoredObject stored, JsonObject item)
    {
        var final = item.DeepClone().AsObject();
        type.Rules.ToStorage(final, type);
        return await store.TryDeleteAsync(stored, final) is not null;
    }

    /// <returns>The stored object in the served version; null when somebody else was first.</returns>
    private async Task<JsonObject?> StoreAsync(
        ResourceType type,
        StoredObject? expected,
        JsonObject item,
        WriteOptions options
    )
    {
        if (options.DryRun)
        {
            var current = store.Latest(
                type.Storage,
                StoredObject.KeyOf(
                    item.Object("metadata").Text("namespace") ?? "",
                    item.Object("metadata").Text("name")!
                )
            );
            return ReferenceEquals(current, expected) ? item : null;
        }
        var content = item.DeepClone().AsObject();
        type.Rules.ToStorage(content, type);
        var stored = await store.TryPutAsync(type.Storage, expected, content);
        if (stored is null)
        {
            return null;
        }
        item.Object("metadata")!["resourceVersion"] = stored.Revision.ToString();
        return item;
    }

    private void CheckNamespace(ResourceType type, string @namespace, string name)
    {
        if (!type.Namespaced)
        {
            return;
        }
        var found =
            store.Latest(BuiltInResources.Namespaces, @namespace)
            ?? throw ApiErrors.NamespaceNotFound(@namespace);
        if (found.IsDeleting)
        {
            throw ApiErrors.Terminating(type, name, @namespace);
        }
    }
}
