using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Store;

/// <summary>
/// Model files that other programs of the node keep: the folders of Ollama and of the Hugging Face hub. Both name files
/// by SHA-256. They are read where they lie and never changed; their bytes are hashed before the first use, and again
/// when inode, size or time of change are others. Links are not followed out of them.
/// <code>
/// OLLAMA_MODELS/blobs/sha256-ab12…
/// HF_HOME/hub/models--org--name/blobs/ab12…
/// </code>
/// </summary>
internal sealed partial class NodeCaches(
    ModelStore store,
    IReadOnlyList<string> ollama,
    IReadOnlyList<string> huggingFace,
    ILogger<NodeCaches> logger
)
{
    private readonly ILogger _logger = logger;

    /// <summary>Refers the store to the file, if one of the folders holds it.</summary>
    /// <param name="digest">Digest of the file.</param>
    /// <param name="sizeBytes">Its size.</param>
    /// <param name="isModel">Whether it must be a sound GGUF file.</param>
    /// <param name="name">Name of the model, for people.</param>
    /// <param name="cancellationToken">Cancels the hashing.</param>
    /// <returns>The file's record; null when nobody holds it.</returns>
    public async Task<StoredBlob?> FindAsync(
        ModelDigest digest,
        long sizeBytes,
        bool isModel,
        string name,
        CancellationToken cancellationToken
    )
    {
        foreach (string path in Paths(digest))
        {
            try
            {
                FileInfo info = new(path);
                if (
                    info.Exists
                    && info.LinkTarget is null
                    && info.Length == sizeBytes
                    && await VerifyAsync(path, digest, isModel, cancellationToken) is { } reference
                )
                {
                    LogUsed(path, name);
                    return store.Refer(reference, name);
                }
            }
            catch (Exception error)
                when (error is IOException or UnauthorizedAccessException or InvalidModelException)
            {
                LogUnusable(path, error.Message);
            }
        }

        return null;
    }

    /// <summary>Refers the store to what the folders hold of a model, so that it is not fetched.</summary>
    public async Task TakeAsync(ResolvedModel model, CancellationToken cancellationToken)
    {
        foreach (ResolvedFile file in model.Files)
        {
            if (file.Digest is { } digest && store.Find(digest) is null)
            {
                await FindAsync(
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

    private IEnumerable<string> Paths(ModelDigest digest)
    {
        foreach (string folder in ollama)
        {
            yield return Path.Combine(folder, "blobs", digest.FileName);
        }

        foreach (string folder in huggingFace.Where(Directory.Exists))
        {
            foreach (string repository in Directory.EnumerateDirectories(folder, "models--*"))
            {
                yield return Path.Combine(repository, "blobs", digest.Hex);
            }
        }
    }

    private async Task<FileReference?> VerifyAsync(
        string path,
        ModelDigest digest,
        bool isModel,
        CancellationToken cancellationToken
    )
    {
        string record = store.Layout.Reference(path);
        FileReference? known = DurableFiles.ReadJson<FileReference>(record);
        if (known?.Path != path || !known.StillHolds())
        {
            FileReference before = FileReference.Observe(path, default);
            if (isModel)
            {
                _ = await GgufReader.ReadFileAsync(path, cancellationToken);
            }

            known = before with { Digest = await FileHash.ComputeAsync(path, cancellationToken) };
            if (!before.StillHolds())
            {
                LogUnusable(path, "it changes while it is read");
                return null;
            }

            DurableFiles.WriteJson(record, known);
        }

        if (known.Digest == digest)
        {
            return known;
        }

        LogUnusable(path, $"its bytes have the digest {known.Digest}");
        return null;
    }

    [LoggerMessage(LogLevel.Information, "{Path} is used for {Name}; it is not copied.")]
    private partial void LogUsed(string path, string name);

    [LoggerMessage(LogLevel.Warning, "{Path} is not used: {Error}.")]
    private partial void LogUnusable(string path, string error);
}
