using System.Security.Cryptography;
using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store;

/// <summary>Hashes files without holding them in memory.</summary>
internal static class FileHash
{
    private const int BufferBytes = 1 << 20;

    public static async Task<ModelDigest> ComputeAsync(string path, CancellationToken cancellationToken)
    {
        await using FileStream stream = OpenRead(path);
        return ModelDigest.FromHash(await SHA256.HashDataAsync(stream, cancellationToken));
    }

    /// <summary>As the other, and tells how many bytes are done.</summary>
    public static async Task<ModelDigest> ComputeAsync(
        string path,
        Action<long> onProgress,
        CancellationToken cancellationToken
    )
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using FileStream stream = OpenRead(path);
        byte[] buffer = new byte[BufferBytes];
        long done = 0;
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            onProgress(done += read);
        }

        return ModelDigest.FromHash(hash.GetHashAndReset());
    }

    /// <summary>Copies a file and hashes what was copied.</summary>
    public static async Task<ModelDigest> CopyAsync(
        string from,
        string to,
        CancellationToken cancellationToken
    )
    {
        await using FileStream source = OpenRead(from);
        await using FileStream target = new(to, FileMode.Create, FileAccess.Write, FileShare.None, 0);
        (ModelDigest digest, _) = await CopyAsync(
            source,
            target,
            long.MaxValue,
            onProgress: null,
            cancellationToken
        );
        target.Flush(flushToDisk: true);
        return digest;
    }

    /// <summary>Copies at most so many bytes and hashes what was copied.</summary>
    /// <returns>The digest, and the bytes: fewer than asked for when the source ends.</returns>
    public static async Task<(ModelDigest Digest, long Bytes)> CopyAsync(
        Stream source,
        Stream target,
        long bytes,
        Action<long>? onProgress,
        CancellationToken cancellationToken
    )
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[BufferBytes];
        long done = 0;
        int read;
        while (
            (
                read = await source.ReadAsync(
                    buffer.AsMemory(0, (int)Math.Min(buffer.Length, bytes - done)),
                    cancellationToken
                )
            ) > 0
        )
        {
            hash.AppendData(buffer, 0, read);
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            done += read;
            onProgress?.Invoke(done);
        }

        return (ModelDigest.FromHash(hash.GetHashAndReset()), done);
    }

    private static FileStream OpenRead(string path) =>
        new(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete,
            BufferBytes,
            FileOptions.Asynchronous | FileOptions.SequentialScan
        );
}
