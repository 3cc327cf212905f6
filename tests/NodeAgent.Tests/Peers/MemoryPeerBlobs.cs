using System.Collections.Concurrent;
using System.Security.Cryptography;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Peers.Serving;

namespace LlmOperator.NodeAgent.Tests.Peers;

/// <summary>Files in memory, of which some units are missing.</summary>
internal sealed class MemoryPeerBlobs : IPeerBlobs
{
    public ConcurrentDictionary<ModelDigest, MemoryBlob> Files { get; } = new();

    /// <summary>Adds a file.</summary>
    public ModelDigest Add(
        byte[] content,
        int unitBytes,
        Func<int, bool>? has = null,
        bool withDigests = true
    )
    {
        ModelDigest digest = ModelDigest.FromHash(SHA256.HashData(content));
        Files[digest] = new MemoryBlob(digest, content, unitBytes, has ?? (_ => true), withDigests);
        return digest;
    }

    public IPeerBlob? Open(ModelDigest digest) => Files.GetValueOrDefault(digest);

    internal sealed class MemoryBlob(
        ModelDigest digest,
        byte[] content,
        int unitBytes,
        Func<int, bool> has,
        bool withDigests
    ) : IPeerBlob
    {
        public ModelDigest Digest => digest;

        public long SizeBytes => content.Length;

        public long UnitBytes => unitBytes;

        /// <summary>What is given in place of the bytes of a unit; null for themselves.</summary>
        public Func<int, byte[], byte[]>? Forge { get; set; }

        public bool Has(int unit) => unit * unitBytes < content.Length && has(unit);

        public string? DigestOf(int unit) =>
            withDigests
                ? Convert.ToHexStringLower(
                    SHA256.HashData(
                        content.AsSpan(
                            unit * unitBytes,
                            Math.Min(unitBytes, content.Length - unit * unitBytes)
                        )
                    )
                )
                : null;

        public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
        {
            int count = (int)Math.Min(buffer.Length, content.Length - offset);
            byte[] bytes = content.AsSpan((int)offset, count).ToArray();
            (Forge?.Invoke((int)(offset / unitBytes), bytes) ?? bytes).CopyTo(buffer);
            return ValueTask.FromResult(count);
        }

        public void Dispose() { }
    }
}
