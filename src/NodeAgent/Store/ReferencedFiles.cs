using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store;

/// <summary>
/// Files of <c>file:</c> sources: read where they lie, never changed. The digest is computed once and again when the
/// file's size or time of change differ.
/// </summary>
internal sealed class ReferencedFiles(ModelStore store)
{
    /// <summary>The file as a model.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="expected">Digest that it must have; null for any.</param>
    /// <param name="cancellationToken">Cancels the hashing.</param>
    /// <exception cref="StoreException">The file is missing, changes, or has another digest.</exception>
    /// <exception cref="DigestMismatchException">The file has another digest.</exception>
    /// <exception cref="InvalidModelException">The file is not a sound GGUF file.</exception>
    public async Task<StoredModelFiles> OpenAsync(
        string path,
        ModelDigest? expected,
        CancellationToken cancellationToken
    )
    {
        FileReference reference = await DigestAsync(path, cancellationToken);
        if (expected is { } digest && digest != reference.Digest)
        {
            throw new DigestMismatchException($"file {path}", digest, reference.Digest);
        }

        return new StoredModelFiles
        {
            Name = $"file {path}",
            ReferencedPath = path,
            Files =
            [
                new StoredFile
                {
                    Role = ResolvedFileRole.Weights,
                    Digest = reference.Digest,
                    SizeBytes = reference.SizeBytes,
                },
            ],
        };
    }

    private async Task<FileReference> DigestAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new StoreException(
                $"There is no file {path} on this node; correct spec.source.file.path or put the file there."
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
            _ = ModelFacts.From(await GgufReader.ReadFileAsync(path, cancellationToken));
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
