using System.Text.Json.Nodes;
using LlmOperator.ApiServer.BuiltIns;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Resources;
using LlmOperator.ApiServer.Storage;
using LlmOperator.ApiServer.Writing;

namespace LlmOperator.ApiServer.GarbageCollection;

/// <summary>Finds, from one state of the store, what is to be collected; changes nothing.</summary>
internal sealed class GarbagePlan
{
    private readonly StoreSnapshot _state;
    private readonly Func<string, string, bool> _isServed;
    private readonly Dictionary<string, StoredObject> _byUid = [];
    private readonly ILookup<string, StoredObject> _dependents;
    private readonly List<GarbageAction> _actions = [];

    /// <param name="isServed">Tells, by API version and kind, whether objects of a kind can exist here.</param>
    private GarbagePlan(StoreSnapshot state, Func<string, string, bool> isServed)
    {
        _state = state;
        _isServed = isServed;
        foreach (var item in state.All)
        {
            _byUid[item.Uid] = item;
        }
        _dependents = state
            .All.SelectMany(o => o.OwnerUids.Select(uid => (Uid: uid, Object: o)))
            .ToLookup(p => p.Uid, p => p.Object);
    }

    public static IReadOnlyList<GarbageAction> Build(StoreSnapshot state, ResourceRegistry registry)
    {
        var plan = new GarbagePlan(state, (version, kind) => registry.FindKind(version, kind) is not null);
        foreach (var item in state.All)
        {
            plan.ConsiderOwners(item);
            plan.ConsiderFinalizers(item);
        }
        plan.ConsiderNamespaces();
        return plan._actions;
    }

    private void ConsiderOwners(StoredObject item)
    {
        if (item.OwnerUids.Count == 0 || item.IsDeleting)
        {
            return;
        }
        var states = item.OwnerUids.ToDictionary(
            uid => uid,
            uid => StateOf(item, uid),
            StringComparer.Ordinal
        );
        var lost = states.Where(s => s.Value != OwnerState.Solid).Select(s => s.Key).ToList();
        if (lost.Count == 0)
        {
            return;
        }
        if (states.ContainsValue(OwnerState.Solid))
        {
            _actions.Add(new GarbageAction.Disown(item, lost));
            return;
        }
        // A dependent of an owner that waits is itself waited for, down to the last.
        var isWaitedFor = states.ContainsValue(OwnerState.Waiting) && _dependents[item.Uid].Any();
        _actions.Add(new GarbageAction.Delete(item, isWaitedFor ? "Foreground" : "Background"));
    }

    private OwnerState StateOf(StoredObject item, string uid)
    {
        if (
            _byUid.TryGetValue(uid, out var owner)
            && (owner.Namespace.Length == 0 || owner.Namespace == item.Namespace)
        )
        {
            if (!owner.IsDeleting)
            {
                return OwnerState.Solid;
            }
            return owner.Finalizers.Contains(ObjectDeleter.ForegroundFinalizer)
                ? OwnerState.Waiting
                : OwnerState.Solid;
        }
        var reference = References(item).First(r => r.Text("uid") == uid);
        // Owners of kinds that are not served here may well live elsewhere.
        return _isServed(reference.Text("apiVersion") ?? "", reference.Text("kind") ?? "")
            ? OwnerState.Absent
            : OwnerState.Solid;
    }

    private void ConsiderFinalizers(StoredObject item)
    {
        if (!item.IsDeleting)
        {
            return;
        }
        foreach (var finalizer in item.Finalizers)
        {
            switch (finalizer)
            {
                case ObjectDeleter.ForegroundFinalizer:
                    ReleaseUnless(Blocks(item), item, finalizer);
                    break;
                case ObjectDeleter.OrphanFinalizer:
                    Orphan(item, finalizer);
                    break;
                case DefinitionRules.CleanupFinalizer when item.Resource == BuiltInResources.Definitions:
                    Empty(
                        _state.Of(GroupResourceOf(item)).Values,
                        new GarbageAction.Release(item, finalizer)
                    );
                    break;
                default:
                    break;
            }
        }
    }

    private bool Blocks(StoredObject owner) =>
        _dependents[owner.Uid]
            .Any(d =>
                References(d).Any(r => r.Text("uid") == owner.Uid && r["blockOwnerDeletion"].Bool() == true)
            );

    private void Orphan(StoredObject owner, string finalizer)
    {
        var dependents = _dependents[owner.Uid].ToList();
        _actions.AddRange(dependents.Select(d => new GarbageAction.Disown(d, [owner.Uid])));
        ReleaseUnless(dependents.Count > 0, owner, finalizer);
    }

    private void ReleaseUnless(bool held, StoredObject item, string finalizer)
    {
        if (!held)
        {
            _actions.Add(new GarbageAction.Release(item, finalizer));
        }
    }

    private void ConsiderNamespaces()
    {
        foreach (var space in _state.Of(BuiltInResources.Namespaces).Values.Where(n => n.IsDeleting))
        {
            var content = _state.All.Where(o => o.Namespace == space.Name);
            Empty(content, new GarbageAction.FinalizeNamespace(space));
        }
    }

    /// <summary>Deletes all of the content; when there is none left, the last step follows.</summary>
    private void Empty(IEnumerable<StoredObject> content, GarbageAction last)
    {
        var left = content.ToList();
        _actions.AddRange(
            left.Where(o => !o.IsDeleting).Select(o => new GarbageAction.Delete(o, "Background"))
        );
        if (left.Count == 0)
        {
            _actions.Add(last);
        }
    }

    /// <summary>The stored resource that a CRD, named <c>plural.group</c>, declares.</summary>
    private static GroupResource GroupResourceOf(StoredObject definition) =>
        GroupResource.Parse(definition.Name);

    private static IEnumerable<JsonObject> References(StoredObject item) =>
        item.Parse().Object("metadata").Array("ownerReferences")?.OfType<JsonObject>() ?? [];
}
