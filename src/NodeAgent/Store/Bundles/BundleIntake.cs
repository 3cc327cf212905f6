using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store.Oci;

namespace LlmOperator.NodeAgent.Store.Bundles;

/// <summary>
/// The files of a bundle on their way into a store: verified under temporary names until all have come, then taken over.
/// </summary>
internal sealed class BundleIntake(
    ModelStore store,
    IDiskSpace disk,
    BundleListing listing,
    IProgress<BundleProgress>? progress
) : IDisposable
{
    private readonly Dictionary<ModelDigest, string> _new = [];
    private bool _hasRoom;
    private long _done;

    /// <summary>Takes one file in.</summary>
    /// <exception cref="StoreException">There is no room, its bytes have another digest, or no engine may see it.</exception>
    public async Task TakeAsync(
        BundleInput input,
        TarHeader header,
        ModelDigest digest,
        CancellationToken cancellationToken
    )
    {
        RequireRoom();
        long before = _done;
        long total = listing.Expected.Values.Sum();
        bool isKnown = store.Find(digest) is not null;
        string temporary = store.NewTemporaryFile();
        if (!isKnown)
        {
            _new[digest] = temporary;
        }

        await using (
            Stream target = isKnown
                ? Stream.Null
                : new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0)
        )
        {
            ModelDigest actual = await input.CopyAsync(
                header,
                target,
                done => progress?.Report(new BundleProgress(before + done, total)),
                cancellationToken
            );
            BundleListing.RequireDigest(digest, actual);
            (target as FileStream)?.Flush(flushToDisk: true);
        }

        _done += header.SizeBytes;
        if (!isKnown && listing.IsModelFile(digest))
        {
            await RequireSoundAsync(digest, temporary, cancellationToken);
        }
    }

    /// <summary>Makes the models the store's. All files have come.</summary>
    /// <returns>Bytes that are new.</returns>
    public long Commit()
    {
        long bytes = 0;
        foreach ((BundleDescriptor manifest, StoredModelFiles model) in listing.Models)
        {
            OllamaName? name = OllamaName.TryParse(
                manifest.Annotations.GetValueOrDefault(OciTypes.RefName),
                out OllamaName? parsed
            )
                ? parsed
                : null;
            // Pinned before it is there: the agent beside us must not free it as unneeded.
            store.Pins.Set(
                name is null ? ModelImport.Prefix + model.Name : ModelImport.OwnerOf(name),
                model.Files.Select(file => file.Digest)
            );
            foreach (StoredFile file in model.Files)
            {
                if (_new.Remove(file.Digest, out string? temporary))
                {
                    bytes += store.Commit(file.Digest, temporary, model.Name).SizeBytes;
                }
            }

            store.SaveModel(model);
            if (name is not null)
            {
                store.SaveName(name, model);
            }
        }

        return bytes;
    }

    /// <summary>Deletes what was not taken over.</summary>
    public void Dispose()
    {
        foreach (string temporary in _new.Values)
        {
            File.Delete(temporary);
        }
    }

    // Once, when everything that is to come is known: manifests come before files.
    private void RequireRoom()
    {
        if (_hasRoom)
        {
            return;
        }

        listing.RequireManifests();
        decimal wanted = listing
            .Expected.Where(entry => store.Find(entry.Key) is null)
            .Sum(entry => (decimal)entry.Value);
        long free = disk.Measure(store.Folder).FreeBytes;
        _hasRoom =
            wanted <= free
                ? true
                : throw new StoreException(
                    $"The bundle needs {wanted} bytes and the disk of {store.Folder} has {free}; free some, for example with llmop store prune."
                );
    }

    // An engine reads this; what it could not survive ends here.
    private static async Task RequireSoundAsync(
        ModelDigest digest,
        string file,
        CancellationToken cancellationToken
    )
    {
        try
        {
            _ = await GgufReader.ReadFileAsync(file, cancellationToken);
        }
        catch (InvalidModelException error)
        {
            throw new StoreException($"The bundle's {digest} is no sound model: {error.Message}", error);
        }
    }
}
