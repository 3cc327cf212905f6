using System.Security.Cryptography;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// SHA-256 of the units of a partial file, for peers. A pull that nobody else looks at has none: its bytes are hashed
/// once, for the whole file. When peers ask, units are hashed as they come in, and those that are there already from the
/// disk, where their checksum must still hold. Thread-safe.
/// </summary>
internal sealed class UnitDigester(PartialData data, UnitLayout layout, FinishedUnits units)
{
    private readonly TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsWanted => _wanted.Task.IsCompleted;

    /// <summary>Somebody relies on the digests from now on.</summary>
    public void Want() => _wanted.TrySetResult();

    /// <summary>Computes what is missing, once it is wanted, until every unit of the file is here with its digest.</summary>
    /// <exception cref="IOException">The disk does not give what was written.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _wanted.Task.WaitAsync(cancellationToken);
        while (true)
        {
            Task change = units.Change();
            for (int unit = 0; unit < layout.Count; unit++)
            {
                if (units.SumsOf(unit) is { Digest: null })
                {
                    _ = Of(unit, cancellationToken);
                }
            }

            if (units.IsComplete)
            {
                return;
            }

            await change.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The digest of a finished unit, in hex; null for another, and while nobody needed it.</summary>
    public string? Find(int unit) => units.SumsOf(unit)?.Digest;

    /// <summary>The digest of a finished unit, in hex; computed where nobody needed it before.</summary>
    /// <exception cref="IOException">The disk does not give what was written.</exception>
    public string Of(int unit, CancellationToken cancellationToken)
    {
        UnitSums sums =
            units.SumsOf(unit) ?? throw new InvalidOperationException($"Unit {unit} is not here yet.");
        if (sums.Digest is { } known)
        {
            return known;
        }

        UnitChecksum checksum = new();
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        bool isWhole = data.TryRead(
            layout.OffsetOf(unit),
            layout.LengthOf(unit),
            bytes =>
            {
                checksum.Add(bytes);
                hash.AppendData(bytes);
            },
            cancellationToken
        );
        if (!isWhole || checksum.ToString() != sums.Checksum)
        {
            throw new IOException("A file that is being pulled was changed by someone else.");
        }

        string digest = Convert.ToHexStringLower(hash.GetHashAndReset());
        units.AddDigest(unit, sums with { Digest = digest });
        return digest;
    }
}
