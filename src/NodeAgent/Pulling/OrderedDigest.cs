using System.Security.Cryptography;
using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// Digest of a whole file whose units come in any order: hashes along as far as the units are there in a row. The bytes
/// were written a moment ago, so that they are read from memory. One user at a time.
/// </summary>
internal sealed class OrderedDigest(UnitLayout layout) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The first unit that is not in the digest.</summary>
    public int Next { get; private set; }

    public bool IsComplete => Next == layout.Count;

    /// <summary>Reads the next unit from where it was written.</summary>
    /// <exception cref="IOException">It is not there any more.</exception>
    public void Add(PartialData data, CancellationToken cancellationToken)
    {
        if (
            !data.TryRead(
                layout.OffsetOf(Next),
                layout.LengthOf(Next),
                bytes => _hash.AppendData(bytes),
                cancellationToken
            )
        )
        {
            throw new EndOfStreamException("A file that is being pulled was cut short by someone else.");
        }

        Next++;
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
