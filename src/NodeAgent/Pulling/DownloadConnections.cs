using System.Collections.Concurrent;
using LlmOperator.Models.Sources;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// The connections of one download: opens them where a source may be asked and has work, gives up those that lag, and
/// hears how each ended. Not thread-safe.
/// </summary>
/// <param name="scheduler">Says what each fetches.</param>
/// <param name="sources">Hears how each source does.</param>
/// <param name="fetch">Runs one connection to the end of its lease.</param>
/// <param name="onChange">Called when one has ended, by any thread.</param>
/// <param name="options">How long a connection may bring nothing.</param>
/// <param name="now">Time since the moment that all times count from.</param>
/// <param name="logger">Hears of those that are given up.</param>
internal sealed partial class DownloadConnections(
    UnitScheduler scheduler,
    DownloadSources sources,
    Func<UnitLease, CancellationToken, Task> fetch,
    Action onChange,
    PullOptions options,
    Func<TimeSpan> now,
    ILogger logger
)
{
    private readonly ILogger _logger = logger;
    private readonly List<Running> _running = [];
    private readonly ConcurrentQueue<UnitLease> _ended = new();

    public bool IsAnyOpen => _running.Count > 0;

    /// <summary>Opens as many as the sources may have; true when there was work for one at least.</summary>
    public bool Open(IReadOnlyList<IUnitSource> usable, CancellationToken cancellationToken)
    {
        bool opened = false;
        foreach (IUnitSource source in usable)
        {
            SourceHealth health = sources.HealthOf(source);
            bool OthersHave(int unit) => usable.Any(other => other != source && other.Has(unit));
            while (health.MayOpen(source, now()) && scheduler.Take(source, OthersHave, now()) is { } lease)
            {
                opened = true;
                health.Active++;
                CancellationTokenSource cancel = CancellationTokenSource.CreateLinkedTokenSource(
                    cancellationToken
                );
                _running.Add(new Running(lease, cancel, RunAsync(lease, cancel.Token)));
            }
        }

        return opened;
    }

    /// <summary>Gives up those whose units come sooner over others.</summary>
    public Task GiveUpLaggardsAsync() => GiveUpAsync(scheduler.Laggards(now()));

    /// <summary>Gives up all, because the pull pauses.</summary>
    public Task PauseAsync() =>
        GiveUpAsync([.. _running.Select(connection => (connection.Lease, LagReason.Paused))]);

    /// <summary>Takes note of those that have ended since the last call. What ends the whole pull is thrown on.</summary>
    public async Task HarvestAsync()
    {
        while (_ended.TryDequeue(out UnitLease? lease))
        {
            Running ended = _running.Single(connection => connection.Lease == lease);
            _running.Remove(ended);
            SourceHealth health = sources.HealthOf(lease.Source);
            health.Active--;
            scheduler.Free(lease, now());
            try
            {
                await ended.Work;
                health.Succeeded();
            }
            catch (OperationCanceledException) when (ended.Lag is LagReason.Slow or LagReason.Paused) { }
            catch (OperationCanceledException) when (ended.Lag == LagReason.Stalled)
            {
                string silence =
                    $"{lease.Source.Name} sent nothing for {options.StallAfter.TotalSeconds:0} s.";
                Failed(lease, new IOException(silence), lease.Bytes > 0);
            }
            catch (WrongUnitException error)
            {
                lease.Source.Blame(error.Unit, new UnitFault(UnitCheck.SaidDigest, error.Given));
                Failed(lease, error, brought: false);
            }
            catch (Exception error) when (error is ModelSourceException || SourceHealth.IsTransient(error))
            {
                Failed(lease, error, lease.Bytes > 0);
            }
            finally
            {
                ended.Cancel.Dispose();
            }
        }
    }

    /// <summary>Returns when none runs any more; they must be cancelled before.</summary>
    public async Task EndAsync()
    {
        await Task.WhenAll(_running.Select(connection => connection.Work))
            .ContinueWith(_ => { }, TaskScheduler.Default);
        foreach (Running connection in _running)
        {
            connection.Cancel.Dispose();
        }
    }

    private void Failed(UnitLease lease, Exception error, bool brought) =>
        sources.Failed(lease.Source, error, lease.StartedAt, brought, now());

    private async Task GiveUpAsync(IReadOnlyList<(UnitLease Lease, LagReason Reason)> unwanted)
    {
        foreach ((UnitLease lease, LagReason reason) in unwanted)
        {
            if (_running.Find(connection => connection.Lease == lease) is { Lag: null } laggard)
            {
                laggard.Lag = reason;
                LogLaggard(lease.Source.Name, reason);
                await laggard.Cancel.CancelAsync();
            }
        }
    }

    private async Task RunAsync(UnitLease lease, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(() => fetch(lease, cancellationToken), cancellationToken);
        }
        finally
        {
            _ended.Enqueue(lease);
            onChange();
        }
    }

    private sealed class Running(UnitLease lease, CancellationTokenSource cancel, Task work)
    {
        public UnitLease Lease { get; } = lease;

        public CancellationTokenSource Cancel { get; } = cancel;

        public Task Work { get; } = work;

        public LagReason? Lag { get; set; }
    }

    [LoggerMessage(LogLevel.Information, "A connection to {Source} is given up: {Reason}")]
    private partial void LogLaggard(string source, LagReason reason);
}
