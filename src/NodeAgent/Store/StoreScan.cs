using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store;

/// <summary>
/// What lies in a store when it is opened. A blob counts when its record is there and its size is the recorded one:
/// its bytes were verified before the record was written, and nobody changes them afterwards.
/// </summary>
internal static class StoreScan
{
    public const string ImportPrefix = "import-";

    /// <summary>Sound blobs; remains of crashes are deleted and told to <paramref name="onRemoved"/>.</summary>
    public static IEnumerable<StoredBlob> Run(StoreLayout layout, Action<string> onRemoved)
    {
        foreach (
            string folder in new[]
            {
                layout.Blobs,
                layout.Partial,
                layout.Models,
                layout.Names,
                layout.Pins,
                layout.References,
                layout.Views,
            }
        )
        {
            Directory.CreateDirectory(folder);
            foreach (string remains in Directory.EnumerateFiles(folder, "*.tmp", SearchOption.AllDirectories))
            {
                Remove(remains, onRemoved);
            }
        }

        foreach (string remains in Directory.EnumerateFiles(layout.Partial, ImportPrefix + "*"))
        {
            Remove(remains, onRemoved);
        }

        foreach (string file in Files(layout))
        {
            if (Read(layout, file) is { } blob)
            {
                yield return blob;
            }
            else
            {
                Remove(file, onRemoved);
                File.Delete(file + StoreLayout.RecordSuffix);
            }
        }

        foreach (StoredBlob referenced in Referenced(layout))
        {
            yield return referenced;
        }
    }

    /// <summary>Sound blobs; nothing is changed.</summary>
    public static IEnumerable<StoredBlob> Sound(StoreLayout layout) =>
        Files(layout)
            .Select(file => Read(layout, file))
            .OfType<StoredBlob>()
            .Concat(Referenced(layout))
            .DistinctBy(blob => blob.Digest);

    private static IReadOnlyList<string> Files(StoreLayout layout) =>
        [
            .. Directory
                .EnumerateFiles(layout.Blobs, "*", SearchOption.AllDirectories)
                .Where(file =>
                    !file.EndsWith(StoreLayout.RecordSuffix, StringComparison.Ordinal)
                    && !file.EndsWith(".tmp", StringComparison.Ordinal)
                ),
        ];

    /// <summary>One blob; null when it is not there, or not sound.</summary>
    public static StoredBlob? Find(StoreLayout layout, ModelDigest digest)
    {
        if (
            DurableFiles.ReadJson<StoredBlob>(layout.BlobRecord(digest)) is not { } blob
            || blob.Digest != digest
        )
        {
            return null;
        }

        bool isSound = blob.Reference is { } reference
            ? reference.StillHolds()
            : FileFacts.Of(layout.Blob(digest))?.SizeBytes == blob.SizeBytes;
        return isSound ? blob : null;
    }

    // Bytes that lie elsewhere have a record only.
    private static IEnumerable<StoredBlob> Referenced(StoreLayout layout) =>
        Directory
            .EnumerateFiles(layout.Blobs, "*" + StoreLayout.RecordSuffix, SearchOption.AllDirectories)
            .Select(DurableFiles.ReadJson<StoredBlob>)
            .OfType<StoredBlob>()
            .Where(blob => blob.Reference?.StillHolds() == true);

    private static StoredBlob? Read(StoreLayout layout, string file)
    {
        if (
            !ModelDigest.TryParse(Path.GetFileName(file), out ModelDigest digest)
            || layout.Blob(digest) != file
        )
        {
            return null;
        }

        StoredBlob? blob = DurableFiles.ReadJson<StoredBlob>(layout.BlobRecord(digest));
        return blob is not null && blob.Digest == digest && blob.SizeBytes == new FileInfo(file).Length
            ? blob
            : null;
    }

    private static void Remove(string file, Action<string> onRemoved)
    {
        File.Delete(file);
        onRemoved(file);
    }
}
