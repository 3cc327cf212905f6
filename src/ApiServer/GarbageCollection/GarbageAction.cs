using LlmOperator.ApiServer.Storage;

namespace LlmOperator.ApiServer.GarbageCollection;

/// <summary>One step of the garbage collector.</summary>
internal abstract record GarbageAction(StoredObject Object)
{
    /// <summary>Delete it, with a propagation policy.</summary>
    internal sealed record Delete(StoredObject Object, string Propagation) : GarbageAction(Object);

    /// <summary>Remove the owner references with these UIDs.</summary>
    internal sealed record Disown(StoredObject Object, IReadOnlyList<string> OwnerUids)
        : GarbageAction(Object);

    /// <summary>Remove a finalizer that has done its work.</summary>
    internal sealed record Release(StoredObject Object, string Finalizer) : GarbageAction(Object);

    /// <summary>Let a namespace go that is empty.</summary>
    internal sealed record FinalizeNamespace(StoredObject Object) : GarbageAction(Object);
}
