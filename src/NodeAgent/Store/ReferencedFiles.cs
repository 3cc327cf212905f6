using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store;

/// <summary>
/// Files of <c>file:</c> sources: read where they lie, never changed. The digest is computed once and again when the
/// file's size or time of change differ.
/// </summary>
internal sealed class ReferencedFiles(ModelStore store)
{
    /// <summary>The file as a model; of one part of a split model, all parts, which lie beside it.</summary>
    /// <param name="source">The file, and the digest that is stated of it.</param>
    /// <param name="expected">Digest that the first part must have; null for any.</param>
    /// <param name="cancellationToken">Cancels the hashing.</param>
    /// <exception cref="StoreException">A file is missing, or changes.</exception>
    /// <exception cref="DigestMismatchException">A file has another digest.</exception>
    /// <exception cref="InvalidModelException">A file is not a sound GGUF file, or not a part of the same model.</exception>
    public async Task<StoredModelFiles> OpenAsync(
        FileSource source,
        ModelDigest? expected,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<string> paths = PartsOf(source.Path);
        List<StoredFile> files = [];
        foreach (string path in paths)
        {
            FileReference reference = await DigestAsync(path, cancellationToken);
            ModelDigest? stated = path == source.Path ? source.Sha256 : null;
            if ((files.Count == 0 ? expected ?? stated : stated) is { } digest && digest != reference.Digest)
            {
                throw new DigestMismatchException($"file {path}", digest, reference.Digest);
            }

            files.Add(
                new StoredFile
                {
                    Role = ResolvedFileRole.Weights,
                    Digest = reference.Digest,
                    SizeBytes = reference.SizeBytes,
                }
            );
        }

        return new StoredModelFiles
        {
            Name = $"file {source.Path}",
            ReferencedPath = paths[0],
            Files = files,
        };
    }

    /// <summary>Whether all files are still as they were when they were verified.</summary>
    public bool StillHold(StoredModelFiles model) =>
        PartsOf(model.ReferencedPath!)
            .Zip(model.Weights)
            .All(part =>
                DurableFiles.ReadJson<FileReference>(store.Layout.Reference(part.First)) is { } known
                && known.Path == part.First
                && known.Digest == part.Second.Digest
                && known.StillHolds()
            );

    /// <summary>The file, or all parts of which it is one by its name, in order.</summary>
    public static IReadOnlyList<string> PartsOf(string path) =>
        GgufSplitName.TryParse(path, out GgufSplitName? named) ? named.All() : [path];

    private async Task<FileReference> DigestAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new StoreException(
                $"There is no file {path} on this node; correct spec.source.file.path or put the file there."
            );
        }

        if (!RegularFile.HasBytes(path))
        {
            throw new StoreException(
                $"{path} on this node is empty or no regular file; correct spec.source.file.path."
            );
        }

        string record = store.Layout.Reference(path);
        if (
            DurableFiles.ReadJson<FileReference>(record) is { } known
            && known.Path == path
            && known.StillHolds()
        )
        {
            return known;
        }

        try
        {
            FileReference before = FileReference.Observe(path, default);
            GgufFile header = await GgufReader.ReadFileAsync(path, cancellationToken);
            if (header.Split is not { Number: > 0 })
            {
                // Only the first part of a split model says what it is.
                _ = ModelFacts.From(header);
            }

            ModelDigest digest = await FileHash.ComputeAsync(path, cancellationToken);
            if (!before.StillHolds())
            {
                throw new StoreException(
                    $"The file {path} changes while it is read; wait until it is complete."
                );
            }

            FileReference reference = before with { Digest = digest };
            DurableFiles.WriteJson(record, reference);
            return reference;
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StoreException(
                $"The file {path} cannot be read; give the agent's user read access.",
                exception
            );
        }
    }
}
