using System.Collections.Concurrent;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// Runs the connections of one file until all of its units are here and hashed. One loop decides and waits; connections
/// only move bytes.
/// </summary>
internal sealed partial class UnitDownload(
    PartialFile partial,
    Func<IReadOnlyList<IUnitSource>> sources,
    PullTracker tracker,
    PullOptions options,
    PullLimits limits,
    TimeProvider time,
    Random random,
    ILogger logger
) : IDisposable
{
    private readonly ILogger _logger = logger;
    private readonly long _start = time.GetTimestamp();
    private readonly UnitScheduler _scheduler = new(partial.Layout, partial.Has, options, random);
    private readonly DownloadSources _sources = new(sources, tracker, options, random, logger);
    private readonly List<Running> _running = [];
    private readonly ConcurrentQueue<UnitLease> _ended = new();
    private readonly SemaphoreSlim _wake = new(0);
    private Task _sync = Task.CompletedTask;
    private TimeSpan _nextTick;
    private TimeSpan _nextSync;
    private bool _isTrying;

    private TimeSpan Now => time.GetElapsedTime(_start);

    /// <returns>Digest of the whole file.</returns>
    /// <exception cref="ModelSourceException">No source can give the rest of the file.</exception>
    /// <exception cref="ContentChangedException">What is here is of no use any more.</exception>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public async Task<ModelDigest> RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken
        );
        Task<ModelDigest> hashing = partial.HashAlongAsync(stop.Token);
        Task digesting = Task.Run(() => partial.DigestAlongAsync(stop.Token), stop.Token);
        try
        {
            while (!partial.IsComplete)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Now >= _nextTick)
                {
                    _nextTick = Now + options.Tick;
                    await TickAsync(stop.Token);
                }

                await HarvestAsync();
                IReadOnlyList<IUnitSource> usable = limits.IsPaused
                    ? []
                    : _sources.Usable(_running.Count > 0);
                Open(usable, stop.Token);
                TellWaiting(usable);
                await WaitAsync(usable, stop.Token);
            }

            tracker.State(Api.V1Alpha1.PullState.Verifying);
            ModelDigest digest = await hashing;
            if (partial.WantsDigests)
            {
                await digesting;
            }

            await _sync;
            return digest;
        }
        catch (IOException error)
        {
            // Of the file that is being read for its digest, or synced: those of connections are harvested.
            throw PartialFile.Unwritable(error);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll([
                    hashing,
                    digesting,
                    _sync,
                    _sources.EndAsync(),
                    .. _running.Select(connection => connection.Work),
                ])
                .ContinueWith(_ => { }, TaskScheduler.Default);
            foreach (Running connection in _running)
            {
                connection.Cancel.Dispose();
            }
        }
    }

    public void Dispose() => _wake.Dispose();

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        _sources.Refresh(Now, () => _wake.Release(), cancellationToken);
        IEnumerable<(UnitLease, LagReason)> unwanted = limits.IsPaused
            ? _running.Select(connection => (connection.Lease, LagReason.Paused)).ToList()
            : _scheduler.Laggards(Now);
        foreach ((UnitLease lease, LagReason reason) in unwanted)
        {
            if (_running.Find(connection => connection.Lease == lease) is { Lag: null } laggard)
            {
                laggard.Lag = reason;
                LogLaggard(lease.Source.Name, reason);
                await laggard.Cancel.CancelAsync();
            }
        }

        if (_sync.IsCompleted && Now >= _nextSync)
        {
            _nextSync = Now + options.SyncInterval;
            await _sync;
            _sync = Task.Run(partial.Sync, cancellationToken);
        }
    }

    private async Task HarvestAsync()
    {
        while (_ended.TryDequeue(out UnitLease? lease))
        {
            Running ended = _running.Single(connection => connection.Lease == lease);
            _running.Remove(ended);
            SourceHealth health = _sources.HealthOf(lease.Source);
            health.Active--;
            _scheduler.Free(lease, Now);
            try
            {
                await ended.Work;
                health.Succeeded();
            }
            catch (OperationCanceledException) when (ended.Lag is LagReason.Slow or LagReason.Paused) { }
            catch (OperationCanceledException) when (ended.Lag == LagReason.Stalled)
            {
                _sources.Failed(
                    lease.Source,
                    new IOException(
                        $"{lease.Source.Name} sent nothing for {options.StallAfter.TotalSeconds:0} s."
                    ),
                    lease.StartedAt,
                    lease.Bytes > 0,
                    Now
                );
            }
            catch (WrongUnitException error)
            {
                lease.Source.Blame(error.Unit, error.Message);
                _sources.Failed(lease.Source, error, lease.StartedAt, brought: false, Now);
            }
            catch (Exception error) when (error is ModelSourceException || SourceHealth.IsTransient(error))
            {
                _sources.Failed(lease.Source, error, lease.StartedAt, lease.Bytes > 0, Now);
            }
            finally
            {
                ended.Cancel.Dispose();
            }
        }
    }

    private void Open(IReadOnlyList<IUnitSource> usable, CancellationToken cancellationToken)
    {
        foreach (IUnitSource source in usable)
        {
            SourceHealth health = _sources.HealthOf(source);
            while (
                health.MayOpen(source, Now) && _scheduler.Take(source, usable.Count == 1, Now) is { } lease
            )
            {
                if (!_isTrying)
                {
                    _isTrying = true;
                    tracker.Attempt();
                }

                health.Active++;
                CancellationTokenSource cancel = CancellationTokenSource.CreateLinkedTokenSource(
                    cancellationToken
                );
                _running.Add(new Running(lease, cancel, RunAsync(lease, cancel.Token)));
            }
        }
    }

    private async Task RunAsync(UnitLease lease, CancellationToken cancellationToken)
    {
        UnitConnection connection = new(lease, _scheduler, partial, tracker, limits.Bytes, () => Now);
        try
        {
            await Task.Run(
                () => connection.RunAsync(() => _wake.Release(), cancellationToken),
                cancellationToken
            );
        }
        finally
        {
            _ended.Enqueue(lease);
            _wake.Release();
        }
    }

    private void TellWaiting(IReadOnlyList<IUnitSource> usable)
    {
        if (_running.Count == 0 && !partial.IsComplete)
        {
            _isTrying = false;
            tracker.Waiting(
                limits.IsPaused
                    ? "The pulls of this node are paused; set spec.parallelPulls of the LlmNode to more than 0."
                    : usable
                        .Select(source => _sources.HealthOf(source).LastError?.Message)
                        .FirstOrDefault(m => m is not null)
                        ?? "No node and no source can be asked yet; it is tried again."
            );
        }
    }

    private async Task WaitAsync(IReadOnlyList<IUnitSource> usable, CancellationToken cancellationToken)
    {
        TimeSpan until = usable
            .Select(source => _sources.HealthOf(source).RestUntil)
            .Where(rest => rest > Now)
            .Append(_nextTick)
            .Min();
        TimeSpan pause = until - Now;
        if (pause <= TimeSpan.Zero)
        {
            return;
        }

        using CancellationTokenSource limit = new(pause, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
            limit.Token,
            cancellationToken
        );
        try
        {
            await _wake.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Time for the next look.
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
