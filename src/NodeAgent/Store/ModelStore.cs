using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.NodeAgent.Store;

/// <summary>
/// Models on disk by digest. Only verified bytes get in, and they never change. One process has a store at a time.
/// Files are <see cref="BlobIndex"/>'s, names and models <see cref="ModelRecords"/>'. Thread-safe.
/// </summary>
public sealed class ModelStore : IDisposable
{
    private readonly StoreLock? _lock;
    private readonly BlobIndex _blobs;
    private readonly ModelRecords _records;
    private readonly ReferencedFiles _references;

    private ModelStore(StoreLayout layout, StoreLock? storeLock, TimeProvider time, ILogger logger)
    {
        _lock = storeLock;
        Layout = layout;
        Access = new AccessLabels(layout);
        _blobs = new BlobIndex(
            layout,
            digest => Pins!.PinnedHex().Contains(digest.Hex),
            Leases,
            Access,
            time,
            logger
        );
        // Makes the folders that the pins are read from.
        _blobs.Load(isOwner: storeLock is not null);
        Pins = new PinBoard(layout);
        _records = new ModelRecords(layout, digest => _blobs.Find(digest) is not null);
        _references = new ReferencedFiles(this);
    }

    /// <summary>Absolute path of the store's folder.</summary>
    public string Folder => Layout.Root;

    /// <summary>Everything that is stored; a snapshot.</summary>
    public IReadOnlyCollection<StoredBlob> Blobs => _blobs.All;

    /// <summary>Bytes of all blobs that are the store's own.</summary>
    public long SizeBytes => _blobs.All.Where(blob => blob.Reference is null).Sum(blob => blob.SizeBytes);

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

    /// <summary>The record of a blob; null when it is not stored, or lies elsewhere and has changed there.</summary>
    public StoredBlob? Find(ModelDigest digest) => _blobs.Find(digest);

    /// <summary>Opens a stored blob, which is not deleted before it is closed; null when it is not stored.</summary>
    public Stream? OpenRead(ModelDigest digest) => _blobs.OpenRead(digest);

    /// <summary>What lies here, with who needs it.</summary>
    public StoreContents Contents() => StoreReader.Read(Layout, Leases.IsHeld);

    /// <summary>The model whose weights have this digest; null unless all of its files are here.</summary>
    public StoredModelFiles? FindModel(ModelDigest weights) => _records.Find(weights);

    /// <summary>What a registry name means here; null unless all of its files are here.</summary>
    public StoredModelFiles? FindName(OllamaName name) => _records.Find(name);

    /// <summary>Models by the names that the registry face answers.</summary>
    public IReadOnlyList<StoredModelFiles> NamedModels() => _records.Named();

    /// <summary>
    /// Copies a GGUF file into the store under a name such as <c>library/demo:latest</c>, and keeps it until it is
    /// removed by hand. Of a part of a split model all parts are taken, from the same folder.
    /// </summary>
    /// <param name="path">File to copy.</param>
    /// <param name="name">Name that the registry face answers.</param>
    /// <param name="cancellationToken">Cancels the copy.</param>
    /// <exception cref="InvalidModelException">The file is not a sound GGUF file, or a part is missing.</exception>
    /// <exception cref="IOException">The file cannot be read, or the store not be written.</exception>
    public Task<StoredModelFiles> ImportAsync(
        string path,
        OllamaName name,
        CancellationToken cancellationToken
    ) => new ModelImport(this).RunAsync(path, name, cancellationToken);

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
        bool exists = _records.Remove(name);
        Pins.Remove(ModelImport.OwnerOf(name));
        return exists;
    }

    /// <summary>Finds what another process has added.</summary>
    internal void Refresh()
    {
        _blobs.Refresh();
        Pins.Refresh(ModelImport.Prefix);
    }

    /// <summary>The model of just these files; null unless all of them are here.</summary>
    internal StoredModelFiles? FindFiles(string name, IReadOnlyList<PinnedFile> files) =>
        _records.Find(name, files);

    /// <summary>What a source without a digest was when it was first pulled; null unless all of its files are here.</summary>
    internal StoredModelFiles? FindSource(string source) => _records.Find(source);

    /// <summary>Records which files a model has.</summary>
    internal void SaveModel(StoredModelFiles model) => _records.Save(model);

    /// <summary>Records what a source is.</summary>
    internal void SaveSource(string source, StoredModelFiles model) => _records.Save(source, model);

    /// <summary>Records what a registry name means.</summary>
    internal void SaveName(OllamaName name, StoredModelFiles model) => _records.Save(name, model);

    /// <summary>Path of a blob that is stored.</summary>
    internal string PathOf(ModelDigest digest) => _blobs.PathOf(digest);

    /// <summary>Takes a file over whose bytes were verified to have the digest and are on the disk.</summary>
    internal StoredBlob Commit(ModelDigest digest, string file, string name) =>
        _blobs.Commit(digest, file, name);

    /// <summary>Takes a file in whose bytes were verified to have the digest and lie elsewhere.</summary>
    internal StoredBlob Refer(FileReference reference, string name) => _blobs.Refer(reference, name);

    /// <summary>Marks a blob as used now, so that others are deleted before it.</summary>
    internal void Touch(ModelDigest digest) => _blobs.Touch(digest);

    /// <summary>Marks all files of a model as used now.</summary>
    internal void Touch(StoredModelFiles model)
    {
        foreach (StoredFile file in model.Files)
        {
            Touch(file.Digest);
        }
    }

    /// <summary>Forgets a blob and deletes its file, unless somebody needs or reads it by now.</summary>
    /// <returns>Whether it is gone.</returns>
    internal bool TryDelete(ModelDigest digest) => _blobs.TryDelete(digest);

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

    internal string NewTemporaryFile() =>
        Path.Combine(Layout.Partial, $"{StoreScan.ImportPrefix}{Guid.NewGuid():N}");
}
