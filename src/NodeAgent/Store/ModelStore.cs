using System.Collections.Concurrent;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.NodeAgent.Store;

/// <summary>
/// Models on disk by digest. Only verified bytes get in, and they never change. One process has a store at a time.
/// Thread-safe.
/// </summary>
public sealed partial class ModelStore : IDisposable
{
    /// <summary>Owners of pins that are names of imported models begin with this.</summary>
    internal const string ImportPrefix = "import:";

    private readonly StoreLock? _lock;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<ModelDigest, StoredBlob> _blobs = new();
    private readonly Lock _changing = new();
    private readonly ReferencedFiles _references;

    private ModelStore(StoreLayout layout, StoreLock? storeLock, TimeProvider time, ILogger logger)
    {
        _lock = storeLock;
        _time = time;
        _logger = logger;
        Layout = layout;
        IEnumerable<StoredBlob> present = storeLock is null
            ? StoreScan.Sound(layout)
            : StoreScan.Run(layout, LogRemains);
        foreach (StoredBlob blob in present)
        {
            _blobs[blob.Digest] = blob;
        }

        Pins = new PinBoard(layout);
        Access = new AccessLabels(layout);
        _references = new ReferencedFiles(this);
    }

    /// <summary>Absolute path of the store's folder.</summary>
    public string Folder => Layout.Root;

    /// <summary>Everything that is stored; a snapshot.</summary>
    public IReadOnlyCollection<StoredBlob> Blobs => [.. _blobs.Values];

    /// <summary>Bytes of all blobs that are the store's own.</summary>
    public long SizeBytes => _blobs.Values.Where(blob => blob.Reference is null).Sum(blob => blob.SizeBytes);

    internal StoreLayout Layout { get; }

    internal PinBoard Pins { get; }

    internal BlobLeases Leases { get; } = new();

    internal AccessLabels Access { get; }

    /// <summary>Files of other programs that may be used; null for none.</summary>
    internal NodeCaches? Caches { get; set; }

    /// <summary>Opens a store, and makes the folder when there is none.</summary>
    /// <exception cref="StoreException">Another process has it, or it cannot be written.</exception>
    public static ModelStore Open(string folder, TimeProvider time, ILogger<ModelStore>? logger = null)
    {
        StoreLayout layout = new(folder);
        StoreLock storeLock = StoreLock.Take(layout);
        try
        {
            return new ModelStore(layout, storeLock, time, logger ?? NullLogger<ModelStore>.Instance);
        }
        catch
        {
            storeLock.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Opens a store to read it or to add to it, also beside the process that has it: what is added is complete before
    /// it has its name, and that process finds it there. Nothing is tidied up.
    /// </summary>
    /// <exception cref="StoreException">There is no store, or it cannot be written.</exception>
    public static ModelStore OpenShared(string folder, TimeProvider time)
    {
        StoreLayout layout = new(folder);
        return Directory.Exists(layout.Blobs)
            ? new ModelStore(layout, null, time, NullLogger<ModelStore>.Instance)
            : throw new StoreException($"There is no model store in {layout.Root}.");
    }

    /// <summary>Lets other processes have the store.</summary>
    public void Dispose() => _lock?.Dispose();

    /// <summary>Finds what another process has added.</summary>
    internal void Refresh()
    {
        foreach (StoredBlob blob in StoreScan.Sound(Layout))
        {
            _ = Find(blob.Digest);
        }

        Pins.Refresh(ImportPrefix);
    }

    /// <summary>The record of a blob; null when it is not stored, or lies elsewhere and has changed there.</summary>
    public StoredBlob? Find(ModelDigest digest)
    {
        if (!_blobs.TryGetValue(digest, out StoredBlob? blob))
        {
            return Discover(digest);
        }

        if (blob.Reference is not { } reference || reference.StillHolds())
        {
            return blob;
        }

        lock (_changing)
        {
            if (_blobs.TryRemove(KeyValuePair.Create(digest, blob)))
            {
                File.Delete(Layout.BlobRecord(digest));
                LogReferenceGone(reference.Path, digest.ToString());
            }
        }

        return null;
    }

    /// <summary>Opens a stored blob, which is not deleted before it is closed; null when it is not stored.</summary>
    public Stream? OpenRead(ModelDigest digest)
    {
        IDisposable lease;
        lock (_changing)
        {
            if (Find(digest) is null)
            {
                return null;
            }

            lease = Leases.Hold(digest);
        }

        try
        {
            LeasedFileStream stream = new(PathOf(digest), lease);
            Touch(digest);
            return stream;
        }
        catch (IOException)
        {
            // Deleted by hand since it was looked up.
            lease.Dispose();
            return null;
        }
    }

    /// <summary>What lies here, with who needs it.</summary>
    public StoreContents Contents() => StoreReader.Read(Layout, Leases.IsHeld);

    /// <summary>The model whose weights have this digest; null unless all of its files are here.</summary>
    public StoredModelFiles? FindModel(ModelDigest weights) =>
        Complete(DurableFiles.ReadJson<StoredModelFiles>(Layout.Model(weights)));

    /// <summary>The model of just these files; null unless all of them are here.</summary>
    internal StoredModelFiles? FindFiles(string name, IReadOnlyList<PinnedFile> files) =>
        Complete(
            new StoredModelFiles
            {
                Name = name,
                Files =
                [
                    .. files.Select(file => new StoredFile
                    {
                        Role = file.Role,
                        Digest = file.Digest,
                        SizeBytes = file.SizeBytes,
                    }),
                ],
            }
        );

    /// <summary>What a registry name means here; null unless all of its files are here.</summary>
    public StoredModelFiles? FindName(OllamaName name) =>
        Complete(DurableFiles.ReadJson<StoredModelFiles>(Layout.Name(IndexName(name))));

    /// <summary>What a source without a digest was when it was first pulled; null unless all of its files are here.</summary>
    internal StoredModelFiles? FindSource(string source) =>
        Complete(DurableFiles.ReadJson<StoredModelFiles>(Layout.Model(StoreLayout.KeyOf(source))));

    /// <summary>Records what a source is.</summary>
    internal void SaveSource(string source, StoredModelFiles model) =>
        DurableFiles.WriteJson(Layout.Model(StoreLayout.KeyOf(source)), model);

    /// <summary>Models by the names that the registry face answers.</summary>
    public IReadOnlyList<StoredModelFiles> NamedModels() =>
        [
            .. Directory
                .EnumerateFiles(Layout.Names, "*.json")
                .Select(file => Complete(DurableFiles.ReadJson<StoredModelFiles>(file)))
                .OfType<StoredModelFiles>()
                .OrderBy(model => model.Name, StringComparer.Ordinal),
        ];

    /// <summary>
    /// Copies a GGUF file into the store under a name such as <c>library/demo:latest</c>, and keeps it until it is
    /// removed by hand. Of a part of a split model all parts are taken, from the same folder.
    /// </summary>
    /// <param name="path">File to copy.</param>
    /// <param name="name">Name that the registry face answers.</param>
    /// <param name="cancellationToken">Cancels the copy.</param>
    /// <exception cref="InvalidModelException">The file is not a sound GGUF file, or a part is missing.</exception>
    /// <exception cref="IOException">The file cannot be read, or the store not be written.</exception>
    public async Task<StoredModelFiles> ImportAsync(
        string path,
        OllamaName name,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<GgufFile> headers = await ModelHeaders.ReadFileAsync(path, cancellationToken);
        IReadOnlyList<string> parts = GgufSplitName.TryParse(path, out GgufSplitName? part)
            ? part.All()
            : [path];
        List<StoredFile> files = [];
        foreach (string file in parts)
        {
            StoredBlob blob = await AddFileAsync(file, name, files, cancellationToken);
            files.Add(FileOf(ResolvedFileRole.Weights, blob));
        }

        byte[] config = RegistryConfig.Write(ModelFacts.From(headers[0]), files[0].Digest);
        files.Add(FileOf(ResolvedFileRole.Config, AddSmall(config, name.ToString())));
        StoredModelFiles model = new() { Name = name.ToString(), Files = files };
        Pins.Set(ImportOwner(name), files.Select(file => file.Digest));
        SaveModel(model);
        SaveName(name, model);
        return model;
    }

    /// <summary>As the other, with the name as text.</summary>
    /// <exception cref="FormatException">The name is not of the form <c>[namespace/]model[:tag]</c>.</exception>
    public Task<StoredModelFiles> ImportAsync(
        string path,
        string name,
        CancellationToken cancellationToken
    ) => ImportAsync(path, OllamaName.Parse(name), cancellationToken);

    /// <summary>Forgets a name, and that an import keeps its files; they go when room is needed.</summary>
    /// <returns>False when there is no such name.</returns>
    public bool RemoveName(OllamaName name)
    {
        string file = Layout.Name(IndexName(name));
        bool exists = File.Exists(file);
        File.Delete(file);
        Pins.Remove(ImportOwner(name));
        return exists;
    }

    /// <summary>Path of a blob that is stored.</summary>
    internal string PathOf(ModelDigest digest) =>
        _blobs.GetValueOrDefault(digest)?.Reference?.Path ?? Layout.Blob(digest);

    /// <summary>Takes a file over whose bytes were verified to have the digest and are on the disk.</summary>
    internal StoredBlob Commit(ModelDigest digest, string file, string name)
    {
        lock (_changing)
        {
            if (Find(digest) is { } existing)
            {
                File.Delete(file);
                return existing;
            }

            StoredBlob blob = new()
            {
                Digest = digest,
                SizeBytes = new FileInfo(file).Length,
                Name = name,
                StoredAt = _time.GetUtcNow(),
            };
            // The record first: a blob without one is taken for the remains of a crash.
            DurableFiles.WriteJson(Layout.BlobRecord(digest), blob);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(
                    file,
                    UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead
                );
            }

            DurableFiles.Move(file, Layout.Blob(digest));
            _blobs[digest] = blob;
            return blob;
        }
    }

    /// <summary>Takes a file in whose bytes were verified to have the digest and lie elsewhere.</summary>
    internal StoredBlob Refer(FileReference reference, string name)
    {
        lock (_changing)
        {
            if (Find(reference.Digest) is { } existing)
            {
                return existing;
            }

            StoredBlob blob = new()
            {
                Digest = reference.Digest,
                SizeBytes = reference.SizeBytes,
                Name = name,
                StoredAt = _time.GetUtcNow(),
                Reference = reference,
            };
            DurableFiles.WriteJson(Layout.BlobRecord(reference.Digest), blob);
            _blobs[reference.Digest] = blob;
            return blob;
        }
    }

    /// <summary>Records which files a model has.</summary>
    internal void SaveModel(StoredModelFiles model) =>
        DurableFiles.WriteJson(Layout.Model(model.Digest), model);

    /// <summary>Records what a registry name means.</summary>
    internal void SaveName(OllamaName name, StoredModelFiles model) =>
        DurableFiles.WriteJson(Layout.Name(IndexName(name)), model with { Name = IndexName(name) });

    /// <summary>Marks a blob as used now, so that others are deleted before it.</summary>
    internal void Touch(ModelDigest digest)
    {
        try
        {
            File.SetLastWriteTimeUtc(Layout.BlobRecord(digest), _time.GetUtcNow().UtcDateTime);
        }
        catch (IOException)
        {
            // It is not, or no longer, stored.
        }
    }

    /// <summary>Marks all files of a model as used now.</summary>
    internal void Touch(StoredModelFiles model)
    {
        foreach (StoredFile file in model.Files)
        {
            Touch(file.Digest);
        }
    }

    /// <summary>Files as an engine opens them; links for the parts of a split model are made here.</summary>
    internal ModelPaths PathsOf(StoredModelFiles model)
    {
        StoredFile? projector = model.Files.FirstOrDefault(file => file.Role == ResolvedFileRole.Projector);
        return new ModelPaths(
            model.ReferencedPath ?? SplitView.FirstPart(this, model),
            projector is null ? null : PathOf(projector.Digest),
            [
                .. model
                    .Files.Where(file => file.Role == ResolvedFileRole.Adapter)
                    .Select(file => PathOf(file.Digest)),
            ]
        );
    }

    /// <summary>Whether the files are still here, and those outside of the store are as they were when they were verified.</summary>
    internal bool StillHolds(StoredModelFiles model) =>
        model.ReferencedPath is null
            ? model.Files.All(file => Find(file.Digest) is not null)
            : _references.StillHold(model);

    /// <summary>Takes in what other programs of the node hold of a model, so that it is not fetched.</summary>
    internal async Task TakeCachedAsync(ResolvedModel model, CancellationToken cancellationToken)
    {
        foreach (ResolvedFile file in model.Files)
        {
            if (Caches is { } caches && file.Digest is { } digest && Find(digest) is null)
            {
                await caches.FindAsync(
                    digest,
                    file.SizeBytes,
                    file.Role
                        is ResolvedFileRole.Weights
                            or ResolvedFileRole.Projector
                            or ResolvedFileRole.Adapter,
                    model.DisplayName,
                    cancellationToken
                );
            }
        }
    }

    internal string NewTemporaryFile() =>
        Path.Combine(Layout.Partial, $"{StoreScan.ImportPrefix}{Guid.NewGuid():N}");

    /// <summary>Forgets a blob and deletes its file, unless somebody needs or reads it by now.</summary>
    /// <returns>Whether it is gone.</returns>
    internal bool TryDelete(ModelDigest digest)
    {
        lock (_changing)
        {
            if (Leases.IsHeld(digest) || Pins.PinnedHex().Contains(digest.Hex))
            {
                return false;
            }

            _blobs.TryRemove(digest, out _);
            File.Delete(Layout.Blob(digest));
            File.Delete(Layout.BlobRecord(digest));
            Access.Open(digest);
            return true;
        }
    }

    // Added by another process (an import beside a running agent).
    private StoredBlob? Discover(ModelDigest digest)
    {
        if (!File.Exists(Layout.BlobRecord(digest)))
        {
            return null;
        }

        lock (_changing)
        {
            return
                !_blobs.TryGetValue(digest, out StoredBlob? blob)
                && StoreScan.Find(Layout, digest) is { } found
                ? _blobs[digest] = found
                : blob;
        }
    }

    private static string IndexName(OllamaName name) => $"{name.Namespace}/{name.Model}:{name.Tag}";

    internal static string ImportOwner(OllamaName name) => ImportPrefix + IndexName(name);

    private static StoredFile FileOf(ResolvedFileRole role, StoredBlob blob) =>
        new()
        {
            Role = role,
            Digest = blob.Digest,
            SizeBytes = blob.SizeBytes,
        };

    // Pinned before it is there: an agent beside us must not free it as unneeded.
    private async Task<StoredBlob> AddFileAsync(
        string path,
        OllamaName name,
        IEnumerable<StoredFile> others,
        CancellationToken cancellationToken
    )
    {
        string temporary = NewTemporaryFile();
        try
        {
            ModelDigest digest = await FileHash.CopyAsync(path, temporary, cancellationToken);
            Pins.Set(ImportOwner(name), others.Select(file => file.Digest).Append(digest));
            return Commit(digest, temporary, name.ToString());
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private StoredBlob AddSmall(byte[] content, string name)
    {
        ModelDigest digest = ModelDigest.FromHash(System.Security.Cryptography.SHA256.HashData(content));
        string temporary = NewTemporaryFile();
        DurableFiles.Write(temporary, content);
        return Commit(digest, temporary, name);
    }

    private StoredModelFiles? Complete(StoredModelFiles? model) =>
        model is { Files.Count: > 0 } && model.Files.All(file => Find(file.Digest) is not null)
            ? model
            : null;

    [LoggerMessage(
        LogLevel.Warning,
        "Removed {File}: it is the remains of a crash or its size is not the recorded one."
    )]
    private partial void LogRemains(string file);

    [LoggerMessage(
        LogLevel.Warning,
        "{File} has changed or is gone: {Digest} is no longer taken from there."
    )]
    private partial void LogReferenceGone(string file, string digest);
}
