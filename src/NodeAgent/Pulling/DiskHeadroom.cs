using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>Makes sure that a model has room on the disk before its first byte is fetched.</summary>
internal sealed class DiskHeadroom(
    ModelStore store,
    StoreCollector collector,
    IDiskSpace disk,
    PullOptions options
)
{
    private readonly Lock _lock = new();
    private long _promised;

    /// <summary>Holds the room until it is disposed, so that pulls at the same time do not count it twice.</summary>
    /// <exception cref="InsufficientDiskException">Not enough room, even after unneeded blobs were deleted.</exception>
    public IDisposable Reserve(
        string model,
        IEnumerable<ResolvedFile> files,
        Func<ResolvedFile, ModelDigest> keyOf
    )
    {
        long wanted = files.Sum(file =>
            Math.Max(0, file.SizeBytes - PartialFile.ClaimedBytes(store.Layout.PartialOf(keyOf(file))))
        );
        lock (_lock)
        {
            long missing = Missing(wanted);
            if (missing > 0)
            {
                collector.DeleteUnpinned(missing);
                missing = Missing(wanted);
            }

            if (missing > 0)
            {
                throw new InsufficientDiskException(model, missing, store.Folder);
            }

            _promised += wanted;
            return new Reservation(this, wanted);
        }
    }

    private long Missing(long wanted) =>
        wanted == 0
            ? 0
            : wanted
                + Interlocked.Read(ref _promised)
                + options.DiskReserveBytes
                - disk.Measure(store.Folder).FreeBytes;

    private sealed class Reservation(DiskHeadroom headroom, long bytes) : IDisposable
    {
        private long _bytes = bytes;

        public void Dispose() =>
            Interlocked.Add(ref headroom._promised, -Interlocked.Exchange(ref _bytes, 0));
    }
}
