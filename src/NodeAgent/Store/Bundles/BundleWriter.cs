using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store.Oci;

namespace LlmOperator.NodeAgent.Store.Bundles;

/// <summary>Writes models of a store into one file (see <see cref="BundleNames"/>).</summary>
public static class BundleWriter
{
    private const int BufferBytes = 1 << 20;
    private const int EndBlocks = 2;

    /// <summary>Writes a bundle: into a file beside the target first, so that a target is always whole.</summary>
    /// <param name="store">Where the models are.</param>
    /// <param name="models">Models to take along.</param>
    /// <param name="target">File to write; replaced when it exists.</param>
    /// <param name="key">Private key that signs; null writes an unsigned bundle.</param>
    /// <param name="progress">Told about each MiB; null for nobody.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="StoreException">A file is not in the store any more, is damaged, or the key cannot sign.</exception>
    public static async Task WriteAsync(
        ModelStore store,
        IReadOnlyList<StoredModelFiles> models,
        string target,
        BundleKey? key,
        IProgress<BundleProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        string temporary = target + ".part";
        try
        {
            await using (
                FileStream output = new(
                    temporary,
                    FileMode.Create,
                    FileAccess.Write,
                    FileShare.None,
                    BufferBytes
                )
            )
            {
                await WriteAsync(store, models, output, key, progress, cancellationToken);
                output.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    internal static async Task WriteAsync(
        ModelStore store,
        IReadOnlyList<StoredModelFiles> models,
        Stream output,
        BundleKey? key,
        IProgress<BundleProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        (StoredModelFiles Model, OciManifest Manifest)[] entries =
        [
            .. models.Select(model => (model, OciManifest.Of(model))),
        ];
        byte[] index = BundleDocuments.WriteIndex(entries);
        await WriteTextAsync(output, BundleNames.Layout, BundleDocuments.Layout, cancellationToken);
        await WriteTextAsync(output, BundleNames.Index, index, cancellationToken);
        if (key is not null)
        {
            await WriteTextAsync(
                output,
                BundleNames.Signature,
                BundleSignature.Of(key, index).Write(),
                cancellationToken
            );
        }

        HashSet<ModelDigest> written = [];
        foreach (OciManifest manifest in entries.Select(entry => entry.Manifest))
        {
            await WriteBlobAsync(output, manifest.Digest, manifest.Content, written, cancellationToken);
        }

        foreach (OciManifest manifest in entries.Select(entry => entry.Manifest))
        {
            await WriteBlobAsync(output, manifest.ConfigDigest, manifest.Config, written, cancellationToken);
        }

        StoredFile[] files = [.. models.SelectMany(model => model.Files).DistinctBy(file => file.Digest)];
        long total = files.Sum(file => file.SizeBytes);
        long done = 0;
        foreach (StoredFile file in files.Where(file => written.Add(file.Digest)))
        {
            long before = done;
            await WriteFileAsync(
                store,
                file,
                output,
                bytes => progress?.Report(new BundleProgress(before + bytes, total)),
                cancellationToken
            );
            done += file.SizeBytes;
        }

        await output.WriteAsync(new byte[EndBlocks * TarHeader.BlockBytes], cancellationToken);
    }

    private static async Task WriteBlobAsync(
        Stream output,
        ModelDigest digest,
        byte[] content,
        HashSet<ModelDigest> written,
        CancellationToken cancellationToken
    )
    {
        if (written.Add(digest))
        {
            await WriteTextAsync(output, BundleNames.Of(digest), content, cancellationToken);
        }
    }

    private static async Task WriteTextAsync(
        Stream output,
        string name,
        byte[] content,
        CancellationToken cancellationToken
    )
    {
        await output.WriteAsync(new TarHeader(name, content.Length).Write(), cancellationToken);
        await output.WriteAsync(content, cancellationToken);
        await output.WriteAsync(new byte[TarHeader.PaddingOf(content.Length)], cancellationToken);
    }

    // Hashed on the way: a bundle of damaged bytes would be noticed only where it cannot be made again.
    private static async Task WriteFileAsync(
        ModelStore store,
        StoredFile file,
        Stream output,
        Action<long> onProgress,
        CancellationToken cancellationToken
    )
    {
        await using Stream source =
            store.OpenRead(file.Digest)
            ?? throw new StoreException($"{file.Digest} is not in the store {store.Folder} any more.");
        await output.WriteAsync(
            new TarHeader(BundleNames.Of(file.Digest), file.SizeBytes).Write(),
            cancellationToken
        );
        (ModelDigest actual, long bytes) = await FileHash.CopyAsync(
            source,
            output,
            long.MaxValue,
            onProgress,
            cancellationToken
        );
        if (actual != file.Digest || bytes != file.SizeBytes)
        {
            throw new StoreException(
                $"{file.Digest} in the store {store.Folder} is damaged; run llmop store verify --repair."
            );
        }

        await output.WriteAsync(new byte[TarHeader.PaddingOf(bytes)], cancellationToken);
    }
}
