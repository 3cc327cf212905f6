using System.Security.Cryptography;
using LlmOperator.Models.Sources;

namespace LlmOperator.Testing.Registries;

/// <summary>Bytes that the stand-in serves: from memory, from a file, or made from a seed (any size, no disk).</summary>
public sealed class RegistryContent
{
    private readonly Func<long, Memory<byte>, ValueTask> _read;
    private readonly Lazy<ModelDigest> _digest;

    private RegistryContent(long length, Func<long, Memory<byte>, ValueTask> read)
    {
        Length = length;
        _read = read;
        _digest = new Lazy<ModelDigest>(ComputeDigest);
    }

    private static int s_count;

    public long Length { get; }

    /// <summary>ETag, without quotes; other content has another one.</summary>
    public string EntityTag { get; } = $"content-{Interlocked.Increment(ref s_count)}";

    public ModelDigest Digest => _digest.Value;

    public static RegistryContent FromBytes(byte[] bytes) =>
        new(
            bytes.Length,
            (offset, target) =>
            {
                bytes.AsMemory((int)offset, target.Length).CopyTo(target);
                return ValueTask.CompletedTask;
            }
        );

    public static RegistryContent FromFile(string path) =>
        new(
            new FileInfo(path).Length,
            async (offset, target) =>
            {
                await using FileStream stream = new(
                    path,
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.ReadWrite
                );
                stream.Position = offset;
                await stream.ReadExactlyAsync(target);
            }
        );

    /// <summary>Pseudo-random bytes after <paramref name="prefix"/>, which may be a real header.</summary>
    public static RegistryContent Generated(long length, int seed, byte[]? prefix = null)
    {
        byte[] head = prefix ?? [];
        return new RegistryContent(
            length,
            (offset, target) =>
            {
                Span<byte> span = target.Span;
                for (int i = 0; i < span.Length; i++)
                {
                    long position = offset + i;
                    span[i] = position < head.Length ? head[position] : Mix(position, seed);
                }

                return ValueTask.CompletedTask;
            }
        );
    }

    public ValueTask ReadAsync(long offset, Memory<byte> target) => _read(offset, target);

    public async Task<byte[]> ReadAllAsync()
    {
        byte[] bytes = new byte[Length];
        await ReadAsync(0, bytes);
        return bytes;
    }

    private static byte Mix(long position, int seed)
    {
        ulong x = (ulong)position + ((ulong)(uint)seed << 32) + 0x9E3779B97F4A7C15UL;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
        return (byte)(x >> 56);
    }

    private ModelDigest ComputeDigest()
    {
        const int Step = 1 << 20;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[Step];
        for (long offset = 0; offset < Length; offset += Step)
        {
            int count = (int)Math.Min(Step, Length - offset);
            ReadAsync(offset, buffer.AsMemory(0, count)).AsTask().GetAwaiter().GetResult();
            hash.AppendData(buffer, 0, count);
        }

        return ModelDigest.FromHash(hash.GetHashAndReset());
    }
}
