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

    // The first unit that is not in the digest.
    private int _next;

    /// <summary>
    /// Hashes units as they come in, until all are hashed. It has a thread of its own, because it works all the time;
    /// those of the pool are for the connections.
    /// </summary>
    /// <returns>Digest of the file.</returns>
    /// <exception cref="IOException">The disk does not give what was written.</exception>
    public Task<ModelDigest> FollowAsync(
        PartialData data,
        FinishedUnits units,
        CancellationToken cancellationToken
    ) =>
        Task.Factory.StartNew(
            () => Follow(data, units, cancellationToken),
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        _ = _hash.GetHashAndReset();
        _next = 0;
    }

    public void Dispose() => _hash.Dispose();

    private ModelDigest Follow(PartialData data, FinishedUnits units, CancellationToken cancellationToken)
    {
        while (_next < layout.Count)
        {
            Task change = units.Change();
            if (units.SumsOf(_next) is null)
            {
                change.Wait(cancellationToken);
                continue;
            }

            if (
                !data.TryRead(
                    layout.OffsetOf(_next),
                    layout.LengthOf(_next),
                    bytes => _hash.AppendData(bytes),
                    cancellationToken
                )
            )
            {
                throw new EndOfStreamException("A file that is being pulled was cut short by someone else.");
            }

            _next++;
        }

        return ModelDigest.FromHash(_hash.GetCurrentHash());
    }
}
