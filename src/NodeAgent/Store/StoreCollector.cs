using LlmOperator.Models.Sources;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Store;

/// <summary>Frees room: unfinished downloads that nobody wants, then blobs that nobody pins, the longest unused first.</summary>
internal sealed partial class StoreCollector(ModelStore store, ILogger<StoreCollector> logger)
{
    private readonly ILogger _logger = logger;
    private readonly Lock _lock = new();

    /// <summary>Deletes until <paramref name="bytes"/> are freed or nothing more may go.</summary>
    /// <returns>Bytes freed.</returns>
    public long DeleteUnpinned(long bytes)
    {
        lock (_lock)
        {
            IReadOnlySet<string> pinned = store.Pins.PinnedHex();
            long freed = 0;
            foreach (DirectoryInfo partial in new DirectoryInfo(store.Layout.Partial).EnumerateDirectories())
            {
                if (freed < bytes && !pinned.Contains(partial.Name))
                {
                    long size = partial.EnumerateFiles().Sum(file => file.Length);
                    partial.Delete(recursive: true);
                    LogDeletedPartial(partial.Name, size);
                    freed += size;
                }
            }

            IEnumerable<StoredBlob> candidates = store
                .Blobs.Where(blob => !pinned.Contains(blob.Digest.Hex))
                .OrderBy(blob => File.GetLastWriteTimeUtc(store.Layout.BlobRecord(blob.Digest)));
            foreach (StoredBlob blob in candidates)
            {
                if (freed >= bytes)
                {
                    break;
                }

                store.Delete(blob.Digest);
                DeleteView(blob.Digest);
                LogDeletedBlob(blob.Digest.ToString(), blob.Name, blob.SizeBytes);
                freed += blob.SizeBytes;
            }

            return freed;
        }
    }

    private void DeleteView(ModelDigest weights)
    {
        string view = store.Layout.View(weights);
        if (Directory.Exists(view))
        {
            Directory.Delete(view, recursive: true);
        }
    }

    [LoggerMessage(LogLevel.Information, "Deleted the unfinished download {Key} to free {Bytes} bytes.")]
    private partial void LogDeletedPartial(string key, long bytes);

    [LoggerMessage(
        LogLevel.Information,
        "Deleted {Digest} ({Name}) from the store to free {Bytes} bytes: no replica needs it."
    )]
    private partial void LogDeletedBlob(string digest, string name, long bytes);
}
