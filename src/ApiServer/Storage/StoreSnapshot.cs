using System.Collections.Immutable;

namespace LlmOperator.ApiServer.Storage;

/// <summary>The whole state at one revision; costs nothing to keep, since later states share its nodes.</summary>
internal sealed record StoreSnapshot(
    long Revision,
    ImmutableDictionary<GroupResource, ImmutableSortedDictionary<string, StoredObject>> Resources
)
{
    private static readonly ImmutableSortedDictionary<string, StoredObject> s_none =
        ImmutableSortedDictionary.Create<string, StoredObject>(StringComparer.Ordinal);

    public static StoreSnapshot Empty { get; } =
        new(0, ImmutableDictionary<GroupResource, ImmutableSortedDictionary<string, StoredObject>>.Empty);

    /// <summary>All objects, whatever their kind.</summary>
    public IEnumerable<StoredObject> All => Resources.Values.SelectMany(r => r.Values);

    public ImmutableSortedDictionary<string, StoredObject> Of(GroupResource resource) =>
        Resources.GetValueOrDefault(resource, s_none);

    public StoredObject? Find(GroupResource resource, string key) => Of(resource).GetValueOrDefault(key);

    public StoreSnapshot With(StoreEvent change)
    {
        var objects = Of(change.Object.Resource);
        objects =
            change.Type == StoreEventType.Deleted
                ? objects.Remove(change.Object.Key)
                : objects.SetItem(change.Object.Key, change.Object);
        return new(change.Revision, Resources.SetItem(change.Object.Resource, objects));
    }
}
