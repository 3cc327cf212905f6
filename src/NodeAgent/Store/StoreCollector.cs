using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Store;

/// <summary>Frees room as <see cref="PrunePlan"/> says. Thread-safe.</summary>
internal sealed partial class StoreCollector(ModelStore store, ILogger<StoreCollector> logger)
{
    private readonly ILogger _logger = logger;
    private readonly Lock _lock = new();

    /// <summary>Deletes until <paramref name="bytes"/> are freed or nothing more may go.</summary>
    /// <returns>Bytes freed.</returns>
    public long DeleteUnpinned(long bytes) => Prune(bytes, isTrial: false).Sum(item => item.SizeBytes);

    /// <summary>As <see cref="DeleteUnpinned"/>, and says what went.</summary>
    /// <param name="bytes">Bytes to free; <see cref="long.MaxValue"/> for all that may go.</param>
    /// <param name="isTrial">Says what would go, and deletes nothing.</param>
    public IReadOnlyList<StoreItem> Prune(long bytes, bool isTrial)
    {
        lock (_lock)
        {
            IReadOnlyList<StoreItem> plan = PrunePlan.Build(store.Contents().Items, bytes);
            return isTrial ? plan : [.. plan.Where(TryDelete)];
        }
    }

    private bool TryDelete(StoreItem item)
    {
        if (item.IsPartial)
        {
            Directory.Delete(store.Layout.PartialOf(item.Digest), recursive: true);
            LogDeletedPartial(item.Digest.Hex, item.SizeBytes);
            return true;
        }

        if (!store.TryDelete(item.Digest))
        {
            return false;
        }

        string view = store.Layout.View(item.Digest);
        if (Directory.Exists(view))
        {
            Directory.Delete(view, recursive: true);
        }

        LogDeletedBlob(item.Digest.ToString(), string.Join(", ", item.Names), item.SizeBytes);
        return true;
    }

    [LoggerMessage(LogLevel.Information, "Deleted the unfinished download {Key} to free {Bytes} bytes.")]
    private partial void LogDeletedPartial(string key, long bytes);

    [LoggerMessage(
        LogLevel.Information,
        "Deleted {Digest} ({Names}) from the store to free {Bytes} bytes: no replica needs it."
    )]
    private partial void LogDeletedBlob(string digest, string names, long bytes);
}
