using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store;

/// <summary>Reads what lies in a store without taking it: changes nothing, and works beside a running agent.</summary>
public static class StoreReader
{
    /// <summary>What lies in the store of a folder now.</summary>
    /// <exception cref="StoreException">There is no store.</exception>
    public static StoreContents Read(string folder)
    {
        StoreLayout layout = new(folder);
        return Directory.Exists(layout.Blobs)
            ? Read(layout, digest => false)
            : throw new StoreException(
                $"There is no model store in {layout.Root}; name the folder of an agent or of `llmop up`."
            );
    }

    internal static StoreContents Read(StoreLayout layout, Func<ModelDigest, bool> isServed)
    {
        ILookup<string, string> pins = Documents<PinRecord>(layout.Pins)
            .SelectMany(record => record.Digests.Select(digest => (digest, record.Owner)))
            .ToLookup(pin => pin.digest, pin => pin.Owner, StringComparer.Ordinal);
        IReadOnlyList<StoredModelFiles> models =
        [
            .. Documents<StoredModelFiles>(layout.Names)
                .Concat(Documents<StoredModelFiles>(layout.Models))
                .Where(model => model.Files.Count > 0)
                .DistinctBy(model => (model.Name, model.Digest))
                .OrderBy(model => model.Name, StringComparer.Ordinal),
        ];
        ILookup<ModelDigest, string> names = models
            .SelectMany(model => model.Files.Select(file => (file.Digest, model.Name)))
            .ToLookup(pair => pair.Digest, pair => pair.Name);
        IReadOnlySet<string> mapped = MappedFiles.Of(layout.Root);
        IEnumerable<StoreItem> blobs = StoreScan
            .Sound(layout)
            .Select(blob => new StoreItem
            {
                Digest = blob.Digest,
                SizeBytes = blob.SizeBytes,
                Names = [.. names[blob.Digest].DefaultIfEmpty(blob.Name).Distinct(StringComparer.Ordinal)],
                UsedAt = File.GetLastWriteTimeUtc(layout.BlobRecord(blob.Digest)),
                PinnedBy = [.. pins[blob.Digest.ToString()].Order(StringComparer.Ordinal)],
                IsInUse = mapped.Contains(layout.Blob(blob.Digest)) || isServed(blob.Digest),
                ReferencedPath = blob.Reference?.Path,
            });
        return new StoreContents
        {
            Folder = layout.Root,
            Items =
            [
                .. blobs
                    .Concat(Partials(layout, pins))
                    .OrderByDescending(item => item.SizeBytes)
                    .ThenBy(item => item.Digest.Hex, StringComparer.Ordinal),
            ],
            Models = models,
        };
    }

    private static IEnumerable<StoreItem> Partials(StoreLayout layout, ILookup<string, string> pins)
    {
        if (!Directory.Exists(layout.Partial))
        {
            yield break;
        }

        foreach (string folder in Directory.EnumerateDirectories(layout.Partial))
        {
            if (ModelDigest.TryParse(Path.GetFileName(folder), out ModelDigest key))
            {
                FileFacts[] files =
                [
                    .. Directory.EnumerateFiles(folder).Select(FileFacts.Of).OfType<FileFacts>(),
                ];
                yield return new StoreItem
                {
                    Digest = key,
                    // Room for the whole file may be taken before its bytes come.
                    SizeBytes = files.Sum(file => Math.Min(file.SizeBytes, file.AllocatedBytes)),
                    IsPartial = true,
                    UsedAt =
                        files.Length == 0
                            ? Directory.GetLastWriteTimeUtc(folder)
                            : new DateTimeOffset(files.Max(file => file.ModifiedTicks), TimeSpan.Zero),
                    PinnedBy = [.. pins[key.ToString()].Order(StringComparer.Ordinal)],
                };
            }
        }
    }

    private static IEnumerable<T> Documents<T>(string folder)
        where T : class =>
        Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.json").Select(DurableFiles.ReadJson<T>).OfType<T>()
            : [];
}
