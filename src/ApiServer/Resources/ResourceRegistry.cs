using System.Collections.Immutable;

namespace LlmOperator.ApiServer.Resources;

/// <summary>The kinds that are served, swapped as a whole when a CRD comes, changes or goes.</summary>
internal sealed class ResourceRegistry
{
    private readonly IReadOnlyList<ResourceType> _builtIns;
    private readonly Lock _gate = new();
    private ImmutableSortedDictionary<string, IReadOnlyList<ResourceType>> _custom =
        ImmutableSortedDictionary<string, IReadOnlyList<ResourceType>>.Empty;
    private volatile IReadOnlyList<ResourceType> _all;

    public ResourceRegistry(IReadOnlyList<ResourceType> builtIns) => _all = _builtIns = builtIns;

    /// <summary>Everything that is served, built-in kinds first.</summary>
    public IReadOnlyList<ResourceType> All => _all;

    public ResourceType? Find(string group, string version, string plural) =>
        _all.FirstOrDefault(t => t.Plural == plural && t.Version == version && t.Group == group);

    /// <summary>The version of a stored kind in which it is stored, or any other that is served.</summary>
    public ResourceType? FindStorage(Storage.GroupResource storage) =>
        _all.Where(t => t.Storage == storage)
            .OrderByDescending(t => t.ApiVersion == t.StorageApiVersion)
            .FirstOrDefault();

    public ResourceType? FindKind(string apiVersion, string kind) =>
        _all.FirstOrDefault(t => t.Kind == kind && t.ApiVersion == apiVersion);

    /// <summary>Serves the versions that one CRD declares, in place of those it declared before.</summary>
    public void SetCustom(string definition, IReadOnlyList<ResourceType> versions)
    {
        lock (_gate)
        {
            _custom =
                versions.Count == 0 ? _custom.Remove(definition) : _custom.SetItem(definition, versions);
            _all = [.. _builtIns, .. _custom.Values.SelectMany(v => v)];
        }
    }
}
