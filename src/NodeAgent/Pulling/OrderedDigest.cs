using System.Buffers;
using System.Security.Cryptography;
using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// Digest of a whole file whose units come in any order: hashes along as far as the units are there in a row. The bytes
/// were written a moment ago, so that they are read from memory. One user at a time.
/// </summary>
internal sealed class OrderedDigest(UnitLayout layout) : IDisposable
{
    private const int ReadBytes = 256 << 10;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The first unit that is not in the digest.</summary>
    public int Next { get; private set; }

    public bool IsComplete => Next == layout.Count;

    /// <summary>Takes the bytes of the next unit.</summary>
    public void Add(ReadOnlySpan<byte> unit)
    {
        _hash.AppendData(unit);
        Next++;
    }

    /// <summary>Reads the next unit from where it was written.</summary>
    public async Task AddAsync(
        Func<long, Memory<byte>, CancellationToken, ValueTask<int>> read,
        CancellationToken cancellationToken
    )
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        try
        {
            long offset = layout.OffsetOf(Next);
            for (int left = layout.LengthOf(Next); left > 0; )
            {
                Memory<byte> target = buffer.AsMemory(0, Math.Min(left, ReadBytes));
                int count = await read(offset, target, cancellationToken);
                if (count == 0)
                {
                    throw new EndOfStreamException(
                        "A file that is being pulled was cut short by someone else."
                    );
                }

                _hash.AppendData(target.Span[..count]);
                offset += count;
                left -= count;
            }

            Next++;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Digest of what was taken so far.</summary>
    public ModelDigest Current() => ModelDigest.FromHash(_hash.GetCurrentHash());

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        _ = _hash.GetHashAndReset();
        Next = 0;
    }

    public void Dispose() => _hash.Dispose();
}
