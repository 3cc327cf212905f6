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
    private readonly HashSet<Reservation> _held = [];

    /// <summary>Holds the room until it is disposed, so that pulls at the same time do not count it twice.</summary>
    /// <exception cref="InsufficientDiskException">Not enough room, even after unneeded blobs were deleted.</exception>
    public IDisposable Reserve(
        string model,
        IEnumerable<ResolvedFile> files,
        Func<ResolvedFile, ModelDigest> keyOf
    )
    {
        Reservation wanted = new(this, [.. files.Select(file => (keyOf(file), file.SizeBytes))]);
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

            _held.Add(wanted);
            return wanted;
        }
    }

    /// <summary>
    /// Bytes that all files that are not stored yet may take: free ones and those of unneeded files, less what stays
    /// free. A pull changes it only when its file is whole.
    /// </summary>
    public long Room()
    {
        ILookup<bool, StoreItem> items = store.Contents().Items.ToLookup(item => item.IsPartial);
        long unneeded = PrunePlan.Build(items[false], long.MaxValue).Sum(item => item.SizeBytes);
        long unfinished = items[true].Sum(item => item.SizeBytes);
        return Math.Max(
            0,
            disk.Measure(store.Folder).FreeBytes + unneeded + unfinished - options.DiskReserveBytes
        );
    }

    private long Missing(Reservation wanted) =>
        ToCome(wanted) is var bytes && bytes == 0
            ? 0
            : bytes + _held.Sum(ToCome) + options.DiskReserveBytes - disk.Measure(store.Folder).FreeBytes;

    // What is written already is missing from the free space and must not be counted a second time.
    private long ToCome(Reservation reservation) =>
        reservation.Files.Sum(file =>
            store.Find(file.Key) is not null
                ? 0
                : Math.Max(0, file.Bytes - PartialFile.ClaimedBytes(store.Layout.PartialOf(file.Key)))
        );

    private sealed class Reservation(DiskHeadroom headroom, (ModelDigest Key, long Bytes)[] files)
        : IDisposable
    {
        public (ModelDigest Key, long Bytes)[] Files { get; } = files;

        public void Dispose()
        {
            lock (headroom._lock)
            {
                headroom._held.Remove(this);
            }
        }
    }
}
