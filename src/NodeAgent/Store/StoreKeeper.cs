using LlmOperator.Controllers.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Store;

/// <summary>
/// Keeps the store's disk below a watermark: above the first, what no replica needs is deleted, the longest unused
/// first, until use is at the second. Between the two nothing happens, so that a disk is not tidied all the time.
/// </summary>
internal sealed partial class StoreKeeper(
    ModelStore store,
    StoreCollector collector,
    IDiskSpace disk,
    StoreWatermarks watermarks,
    TimeProvider time,
    ILogger<StoreKeeper> logger
) : IRunnable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(30);
    private readonly ILogger _logger = logger;
    private bool _wasFruitless;

    public string Name => "store keeper";

    public bool NeedsLeaderElection => false;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                TryTidy();
                await Task.Delay(s_interval, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The agent stops.
        }
    }

    /// <summary>Looks once.</summary>
    /// <returns>Bytes that were freed.</returns>
    public long Tidy()
    {
        store.Refresh();
        DiskRoom room = disk.Measure(store.Folder);
        long wanted = watermarks.BytesToFree(room);
        if (wanted == 0)
        {
            _wasFruitless = false;
            return 0;
        }

        long freed = collector.DeleteUnpinned(wanted);
        if (freed > 0)
        {
            LogFreed(freed, watermarks.StartPercent);
        }

        bool isFruitless = freed < wanted;
        if (isFruitless && !_wasFruitless)
        {
            LogFruitless(store.Folder, wanted - freed, watermarks.StopPercent);
        }

        _wasFruitless = isFruitless;
        return freed;
    }

    private void TryTidy()
    {
        try
        {
            Tidy();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The border of the keeper's loop: the disk may be well again at the next look.
            LogFailed(store.Folder, error.Message);
        }
    }

    [LoggerMessage(
        LogLevel.Information,
        "Freed {Bytes} bytes of the store: its disk was used to more than {Percent} %."
    )]
    private partial void LogFreed(long bytes, int percent);

    [LoggerMessage(
        LogLevel.Warning,
        "The disk of {Folder} is too full, and everything left in the store is needed; free {Bytes} bytes by hand to be at {Percent} %."
    )]
    private partial void LogFruitless(string folder, long bytes, int percent);

    [LoggerMessage(LogLevel.Warning, "The store {Folder} was not tidied: {Error}")]
    private partial void LogFailed(string folder, string error);
}
