using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store.Bundles;

/// <summary>
/// Takes the models of a bundle into a store: all of them, or nothing. Names in the archive are compared with what the
/// index and manifests list and are never a path; every length is checked before bytes are taken, every digest after.
/// </summary>
public sealed class BundleReader
{
    // 16 TiB: so that no sum of what a bundle may list passes 64 bits.
    private const long LargestFile = 1L << 44;
    private readonly ModelStore _store;
    private readonly IDiskSpace _disk;
    private readonly Stream _input;
    private readonly IProgress<BundleProgress>? _progress;
    private readonly Dictionary<ModelDigest, long> _expected = [];
    private readonly Dictionary<ModelDigest, BundleDescriptor> _manifests = [];
    private readonly HashSet<ModelDigest> _seen = [];
    private readonly HashSet<ModelDigest> _headers = [];
    private readonly Dictionary<ModelDigest, string> _new = [];
    private readonly List<(BundleDescriptor Manifest, StoredModelFiles Model)> _models = [];
    private bool _hasRoom;
    private long _done;

    private BundleReader(ModelStore store, IDiskSpace disk, Stream input, IProgress<BundleProgress>? progress)
    {
        (_store, _disk, _input, _progress) = (store, disk, input, progress);
    }

    /// <summary>Imports a bundle.</summary>
    /// <param name="store">Store that gets the models.</param>
    /// <param name="file">The bundle.</param>
    /// <param name="trust">Which bundles are taken.</param>
    /// <param name="progress">Told about each MiB; null for nobody.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="StoreException">The bundle is not trusted, damaged, or no bundle; nothing was taken.</exception>
    /// <exception cref="IOException">The file cannot be read, or the store not be written.</exception>
    public static async Task<BundleImport> ImportAsync(
        ModelStore store,
        string file,
        BundleTrust trust,
        IProgress<BundleProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        await using FileStream input = new(
            file,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read,
            1 << 20,
            FileOptions.Asynchronous | FileOptions.SequentialScan
        );
        return await ImportAsync(store, new SystemDiskSpace(), input, trust, progress, cancellationToken);
    }

    internal static async Task<BundleImport> ImportAsync(
        ModelStore store,
        IDiskSpace disk,
        Stream input,
        BundleTrust trust,
        IProgress<BundleProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        BundleReader reader = new(store, disk, input, progress);
        try
        {
            return await reader.RunAsync(trust, cancellationToken);
        }
        catch (EndOfStreamException error)
        {
            throw new StoreException(
                "The bundle is truncated: it ends before all of its files; copy it again.",
                error
            );
        }
        finally
        {
            foreach (string temporary in reader._new.Values)
            {
                File.Delete(temporary);
            }
        }
    }

    private async Task<BundleImport> RunAsync(BundleTrust trust, CancellationToken cancellationToken)
    {
        await ReadNamedAsync(BundleNames.Layout, cancellationToken);
        byte[] index = await ReadNamedAsync(BundleNames.Index, cancellationToken);
        TarHeader? header = await NextAsync(cancellationToken);
        BundleSignature? signature = null;
        if (header?.Name == BundleNames.Signature)
        {
            signature = BundleSignature.Parse(await ReadTextAsync(header, cancellationToken));
            header = await NextAsync(cancellationToken);
        }

        // Before anything that the index says is believed.
        string? signedBy = trust.Require(index, signature);
        foreach (BundleDescriptor manifest in BundleDocuments.ReadIndex(index))
        {
            Expect(manifest, BundleNames.LongestText);
            _manifests[manifest.Digest] = manifest;
        }

        while (header is not null)
        {
            await TakeAsync(header, cancellationToken);
            header = await NextAsync(cancellationToken);
        }

        if (
            _expected.Keys.FirstOrDefault(digest => !_seen.Contains(digest)) is var missing
            && missing != default
        )
        {
            throw new StoreException($"The bundle is incomplete: {missing} is listed and not in it.");
        }

        return Commit(signedBy);
    }

    private void Expect(BundleDescriptor wanted, long most)
    {
        if (wanted.SizeBytes > most)
        {
            throw new StoreException(
                $"The bundle lists {wanted.Digest} with {wanted.SizeBytes} bytes, and at most {most} are taken."
            );
        }

        if (_expected.TryGetValue(wanted.Digest, out long size) && size != wanted.SizeBytes)
        {
            throw new StoreException($"The bundle lists {wanted.Digest} twice with different sizes.");
        }

        _expected[wanted.Digest] = wanted.SizeBytes;
    }

    private async Task TakeAsync(TarHeader header, CancellationToken cancellationToken)
    {
        if (
            !BundleNames.TryParse(header.Name, out ModelDigest digest)
            || !_expected.TryGetValue(digest, out long size)
        )
        {
            throw new StoreException(
                $"The bundle holds '{TarHeader.Shown(header.Name)}', which its index does not list."
            );
        }

        if (!_seen.Add(digest))
        {
            throw new StoreException($"The bundle holds {digest} twice.");
        }

        if (header.SizeBytes != size)
        {
            throw new StoreException(
                $"The bundle holds {digest} with {header.SizeBytes} bytes and lists it with {size}."
            );
        }

        if (_manifests.TryGetValue(digest, out BundleDescriptor? manifest))
        {
            await TakeManifestAsync(header, manifest, cancellationToken);
        }
        else
        {
            await TakeFileAsync(header, digest, cancellationToken);
        }
    }

    private async Task TakeManifestAsync(
        TarHeader header,
        BundleDescriptor manifest,
        CancellationToken cancellationToken
    )
    {
        byte[] content = await ReadTextAsync(header, cancellationToken);
        RequireDigest(
            manifest.Digest,
            ModelDigest.FromHash(System.Security.Cryptography.SHA256.HashData(content))
        );
        (BundleDescriptor config, IReadOnlyList<BundleDescriptor> layers) = BundleDocuments.ReadManifest(
            content
        );
        Expect(config, BundleNames.LongestText);
        foreach (BundleDescriptor layer in layers)
        {
            Expect(layer, LargestFile);
        }

        StoredModelFiles model = BundleDocuments.ModelOf(manifest, layers);
        _models.Add((manifest, model));
        _headers.UnionWith(
            model
                .Files.Where(file =>
                    file.Role
                        is ResolvedFileRole.Weights
                            or ResolvedFileRole.Projector
                            or ResolvedFileRole.Adapter
                )
                .Select(file => file.Digest)
        );
    }

    private async Task TakeFileAsync(
        TarHeader header,
        ModelDigest digest,
        CancellationToken cancellationToken
    )
    {
        RequireRoom();
        long before = _done;
        long total = _expected.Values.Sum();
        bool isKnown = _store.Find(digest) is not null;
        string temporary = _store.NewTemporaryFile();
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
            (ModelDigest actual, long bytes) = await FileHash.CopyAsync(
                _input,
                target,
                header.SizeBytes,
                done => _progress?.Report(new BundleProgress(before + done, total)),
                cancellationToken
            );
            if (bytes < header.SizeBytes)
            {
                throw new EndOfStreamException();
            }

            RequireDigest(digest, actual);
            (target as FileStream)?.Flush(flushToDisk: true);
        }

        _done += header.SizeBytes;
        await SkipPaddingAsync(header, cancellationToken);
        if (!isKnown && _headers.Contains(digest))
        {
            await RequireSoundAsync(digest, temporary, cancellationToken);
        }
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

    // Once, when everything that is to come is known: manifests come before files.
    private void RequireRoom()
    {
        if (_hasRoom)
        {
            return;
        }

        if (
            _manifests.Keys.FirstOrDefault(digest => !_seen.Contains(digest)) is var missing
            && missing != default
        )
        {
            throw new StoreException($"The bundle is mixed up: files come before the manifest {missing}.");
        }

        decimal wanted = _expected
            .Where(entry => _store.Find(entry.Key) is null)
            .Sum(entry => (decimal)entry.Value);
        long free = _disk.Measure(_store.Folder).FreeBytes;
        _hasRoom =
            wanted <= free
                ? true
                : throw new StoreException(
                    $"The bundle needs {wanted} bytes and the disk of {_store.Folder} has {free}; free some, for example with llmop store prune."
                );
    }

    private BundleImport Commit(string? signedBy)
    {
        long bytes = 0;
        foreach ((BundleDescriptor manifest, StoredModelFiles model) in _models)
        {
            OllamaName? name = OllamaName.TryParse(
                manifest.Annotations.GetValueOrDefault(Oci.OciTypes.RefName),
                out OllamaName? parsed
            )
                ? parsed
                : null;
            // Pinned before it is there: the agent beside us must not free it as unneeded.
            _store.Pins.Set(
                name is null ? ModelImport.Prefix + model.Name : ModelImport.OwnerOf(name),
                model.Files.Select(file => file.Digest)
            );
            foreach (StoredFile file in model.Files)
            {
                if (_new.Remove(file.Digest, out string? temporary))
                {
                    bytes += _store.Commit(file.Digest, temporary, model.Name).SizeBytes;
                }
            }

            _store.SaveModel(model);
            if (name is not null)
            {
                _store.SaveName(name, model);
            }
        }

        return new BundleImport([.. _models.Select(m => m.Model)], signedBy, bytes);
    }

    private static void RequireDigest(ModelDigest expected, ModelDigest actual)
    {
        if (actual != expected)
        {
            throw new StoreException(
                $"The bundle is damaged: the bytes listed as {expected} have the digest {actual}."
            );
        }
    }

    private async Task<TarHeader?> NextAsync(CancellationToken cancellationToken)
    {
        byte[] block = new byte[TarHeader.BlockBytes];
        await _input.ReadExactlyAsync(block, cancellationToken);
        return TarHeader.Parse(block);
    }

    private async Task<byte[]> ReadNamedAsync(string name, CancellationToken cancellationToken)
    {
        TarHeader? header = await NextAsync(cancellationToken);
        return header?.Name == name
            ? await ReadTextAsync(header, cancellationToken)
            : throw new StoreException(
                $"The file is no bundle: '{name}' is not where it should be; bundles are made by llmop store export."
            );
    }

    private async Task<byte[]> ReadTextAsync(TarHeader header, CancellationToken cancellationToken)
    {
        if (header.SizeBytes > BundleNames.LongestText)
        {
            throw new StoreException(
                $"The bundle's '{TarHeader.Shown(header.Name)}' is larger than {BundleNames.LongestText} bytes."
            );
        }

        byte[] content = new byte[header.SizeBytes];
        await _input.ReadExactlyAsync(content, cancellationToken);
        await SkipPaddingAsync(header, cancellationToken);
        return content;
    }

    private async Task SkipPaddingAsync(TarHeader header, CancellationToken cancellationToken) =>
        await _input.ReadExactlyAsync(new byte[TarHeader.PaddingOf(header.SizeBytes)], cancellationToken);
}
