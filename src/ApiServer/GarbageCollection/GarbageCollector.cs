using System.Text.Json.Nodes;
using System.Threading.Channels;
using LlmOperator.ApiServer.BuiltIns;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Resources;
using LlmOperator.ApiServer.Storage;
using LlmOperator.ApiServer.Writing;
using Microsoft.Extensions.Logging;

namespace LlmOperator.ApiServer.GarbageCollection;

/// <summary>
/// Deletes what lost its owners, finishes foreground and orphan deletions, and empties namespaces and CRDs
/// that are being deleted. Driven by state, not by events: it looks at the whole store whenever something
/// changed that could matter.
/// </summary>
internal sealed partial class GarbageCollector(
    ObjectStore store,
    ResourceRegistry registry,
    TimeProvider time,
    ILogger logger
)
{
    /// <summary>After an unexpected failure, such as a full disk.</summary>
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);

    private readonly ObjectDeleter _deleter = new(store, time);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    /// <summary>Notes changes that could make garbage; called by the store.</summary>
    public void Observe(IReadOnlyList<StoreEvent> changes)
    {
        if (changes.Any(Matters))
        {
            _wake.Writer.TryWrite(true);
        }
    }

    /// <summary>Collects until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        _wake.Writer.TryWrite(true);
        while (await _wake.Reader.WaitToReadAsync(cancellation))
        {
            _wake.Reader.TryRead(out _);
            try
            {
                foreach (var action in GarbagePlan.Build(store.Current, registry))
                {
                    await ActAsync(action);
                }
            }
            // The border of the collector's loop: it must go on whatever happened.
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(logger, e);
                await Task.Delay(s_retry, time, cancellation);
                _wake.Writer.TryWrite(true);
            }
        }
    }

    private static bool Matters(StoreEvent change)
    {
        var now = change.Object;
        return change.Type switch
        {
            StoreEventType.Deleted => true,
            StoreEventType.Added => now.OwnerUids.Count > 0,
            _ => now.IsDeleting || !now.OwnerUids.SequenceEqual(change.Previous!.OwnerUids),
        };
    }

    private async Task ActAsync(GarbageAction action)
    {
        switch (action)
        {
            case GarbageAction.Delete delete:
                await DeleteAsync(delete);
                break;
            case GarbageAction.Disown disown:
                await ChangeAsync(disown.Object, item => RemoveOwners(item, disown.OwnerUids));
                break;
            case GarbageAction.Release release:
                await ChangeAsync(release.Object, item => RemoveFinalizer(item, release.Finalizer));
                break;
            case GarbageAction.FinalizeNamespace finalize:
                await ChangeAsync(finalize.Object, item => item.Ensure("spec").Remove("finalizers"));
                break;
            default:
                break;
        }
    }

    private async Task DeleteAsync(GarbageAction.Delete delete)
    {
        if (registry.FindStorage(delete.Object.Resource) is not { } type)
        {
            return;
        }
        try
        {
            await _deleter.DeleteAsync(
                type,
                delete.Object.Key,
                new DeleteOptions { Propagation = delete.Propagation, Uid = delete.Object.Uid }
            );
            LogDeleted(logger, type.Kind, delete.Object.Key);
        }
        catch (ApiException e) when (e.Code is 404 or 409)
        {
            // Gone already, or another object of that name: not the one that was meant.
        }
    }

    /// <summary>Where the object has changed since the plan was made, the next plan sees it again.</summary>
    private async Task ChangeAsync(StoredObject planned, Action<JsonObject> change)
    {
        var latest = store.Latest(planned.Resource, planned.Key);
        if (latest is null || latest.Uid != planned.Uid)
        {
            return;
        }
        var item = latest.Parse();
        change(item);
        var holdsNamespace =
            planned.Resource == BuiltInResources.Namespaces
            && item.Object("spec").Array("finalizers").Texts().Any();
        var released =
            latest.IsDeleting
            && !item.Object("metadata").Array("finalizers").Texts().Any()
            && !holdsNamespace;
        var result = released
            ? await store.TryDeleteAsync(latest, item)
            : await store.TryPutAsync(latest.Resource, latest, item);
        if (result is null)
        {
            _wake.Writer.TryWrite(true);
        }
    }

    private static void RemoveOwners(JsonObject item, IReadOnlyList<string> uids)
    {
        var metadata = item.Object("metadata")!;
        var kept = (metadata.Array("ownerReferences") ?? [])
            .OfType<JsonObject>()
            .Where(r => !uids.Contains(r.Text("uid")))
            .Select(r => r.DeepClone())
            .ToArray();
        metadata.Remove("ownerReferences");
        if (kept.Length > 0)
        {
            metadata["ownerReferences"] = new JsonArray(kept);
        }
    }

    private static void RemoveFinalizer(JsonObject item, string finalizer)
    {
        var metadata = item.Object("metadata")!;
        var kept = metadata.Array("finalizers").Texts().Where(f => f != finalizer).ToList();
        metadata.Remove("finalizers");
        if (kept.Count > 0)
        {
            metadata["finalizers"] = new JsonArray([.. kept.Select(f => (JsonNode)f)]);
        }
    }
}
