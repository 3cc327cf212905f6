namespace LlmOperator.NodeAgent.Store;

/// <summary>What lies in a store at one moment.</summary>
public sealed record StoreContents
{
    /// <summary>Absolute path of the store.</summary>
    public required string Folder { get; init; }

    /// <summary>Blobs and unfinished downloads, largest first.</summary>
    public required IReadOnlyList<StoreItem> Items { get; init; }

    /// <summary>Models by their names, with all their files.</summary>
    public required IReadOnlyList<StoredModelFiles> Models { get; init; }

    /// <summary>Bytes of the store's own files.</summary>
    public long SizeBytes => Items.Where(item => item.ReferencedPath is null).Sum(item => item.SizeBytes);
}
