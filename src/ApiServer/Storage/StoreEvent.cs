namespace LlmOperator.ApiServer.Storage;

/// <summary>One change of one object.</summary>
/// <param name="Object">The state after the change; for a deletion the last state, at the revision of the deletion.</param>
/// <param name="Previous">The state before the change; null when the object was added.</param>
internal sealed record StoreEvent(StoreEventType Type, StoredObject Object, StoredObject? Previous)
{
    public long Revision => Object.Revision;
}
