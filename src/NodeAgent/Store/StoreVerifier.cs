using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store;

/// <summary>
/// Hashes everything in a store again. Reading needs no lock, since blobs never change; putting aside what is damaged
/// needs the store for itself.
/// </summary>
public static class StoreVerifier
{
    /// <summary>Verifies all blobs.</summary>
    /// <param name="folder">Folder of the store.</param>
    /// <param name="repair">Moves what is damaged into the folder <c>quarantine</c>, so that it is pulled again.</param>
    /// <param name="progress">Told about each MiB; null for nobody.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="StoreException">There is no store, or, with <paramref name="repair"/>, an agent has it.</exception>
    public static async Task<IReadOnlyList<VerifiedFile>> RunAsync(
        string folder,
        bool repair,
        IProgress<VerifyProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        StoreLayout layout = new(folder);
        if (!Directory.Exists(layout.Blobs))
        {
            throw new StoreException(
                $"There is no model store in {layout.Root}; name the folder of an agent or of `llmop up`."
            );
        }

        using StoreLock? storeLock = repair ? StoreLock.Take(layout) : null;
        string[] files = [.. Files(layout)];
        long total = files.Sum(file => FileFacts.Of(file)?.SizeBytes ?? 0);
        long done = 0;
        List<VerifiedFile> results = [];
        foreach (string file in files)
        {
            string name = Path.GetFileName(file);
            long before = done;
            string? problem = await ProblemOfAsync(
                layout,
                file,
                bytes => progress?.Report(new VerifyProgress(before + bytes, total, name)),
                cancellationToken
            );
            long size = FileFacts.Of(file)?.SizeBytes ?? 0;
            done += size;
            string? movedTo = problem is not null && repair ? PutAside(layout, file) : null;
            results.Add(
                new VerifiedFile(
                    ModelDigest.TryParse(name, out ModelDigest digest) ? digest.ToString() : name,
                    size,
                    problem,
                    movedTo
                )
            );
        }

        return results;
    }

    // A record whose file is missing is named by the path that the file would have.
    private static IEnumerable<string> Files(StoreLayout layout) =>
        Directory
            .EnumerateFiles(layout.Blobs, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(".tmp", StringComparison.Ordinal))
            .Select(file =>
                file.EndsWith(StoreLayout.RecordSuffix, StringComparison.Ordinal)
                    ? file[..^StoreLayout.RecordSuffix.Length]
                    : file
            )
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);

    private static async Task<string?> ProblemOfAsync(
        StoreLayout layout,
        string file,
        Action<long> onProgress,
        CancellationToken cancellationToken
    )
    {
        if (
            !ModelDigest.TryParse(Path.GetFileName(file), out ModelDigest digest)
            || layout.Blob(digest) != file
        )
        {
            return "its name is no digest, or it lies in the wrong folder";
        }

        if (DurableFiles.ReadJson<StoredBlob>(layout.BlobRecord(digest)) is not { } record)
        {
            return File.Exists(file) ? "it has no readable record" : null;
        }

        if (record.Reference is { } reference)
        {
            return reference.StillHolds() ? null : $"{reference.Path} has changed or is gone";
        }

        if (!File.Exists(file))
        {
            return "the file is missing";
        }

        long size = new FileInfo(file).Length;
        if (size != record.SizeBytes)
        {
            return $"it has {size} bytes and should have {record.SizeBytes}";
        }

        ModelDigest actual = await FileHash.ComputeAsync(file, onProgress, cancellationToken);
        return actual == digest ? null : $"its bytes have the digest {actual}";
    }

    private static string? PutAside(StoreLayout layout, string file)
    {
        string target = Path.Combine(layout.Quarantine, Path.GetFileName(file));
        bool exists = File.Exists(file);
        if (exists)
        {
            DurableFiles.Move(file, target);
        }

        File.Delete(file + StoreLayout.RecordSuffix);
        return exists ? target : null;
    }
}
