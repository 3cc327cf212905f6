using LlmOperator.Api.V1Alpha1;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// Runs the connections of one file until all of its units are here and hashed. One loop decides and waits; connections
/// only move bytes.
/// </summary>
internal sealed class UnitDownload : IDisposable
{
    private readonly PartialFile _partial;
    private readonly PullTracker _tracker;
    private readonly PullOptions _options;
    private readonly PullLimits _limits;
    private readonly TimeProvider _time;
    private readonly DownloadSources _sources;
    private readonly DownloadConnections _connections;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly long _start;
    private Task _sync = Task.CompletedTask;
    private TimeSpan _nextTick;
    private TimeSpan _nextSync;
    private bool _isTrying;

    public UnitDownload(
        PartialFile partial,
        Func<IReadOnlyList<IUnitSource>> sources,
        PullTracker tracker,
        PullOptions options,
        PullLimits limits,
        TimeProvider time,
        Random random,
        ILogger logger
    )
    {
        (_partial, _tracker, _options, _limits, _time) = (partial, tracker, options, limits, time);
        _start = time.GetTimestamp();
        _sources = new DownloadSources(sources, tracker, options, random, logger);
        UnitScheduler scheduler = new(partial.Layout, partial.Has, options, random);
        _connections = new DownloadConnections(
            scheduler,
            _sources,
            (lease, token) =>
                new UnitConnection(lease, scheduler, partial, tracker, limits.Bytes, () => Now).RunAsync(
                    Wake,
                    token
                ),
            Wake,
            options,
            () => Now,
            logger
        );
    }

    private TimeSpan Now => _time.GetElapsedTime(_start);

    /// <returns>Digest of the whole file.</returns>
    /// <exception cref="ModelSourceException">No source can give the rest of the file.</exception>
    /// <exception cref="ContentChangedException">What is here is of no use any more.</exception>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public async Task<ModelDigest> RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken
        );
        Task<ModelDigest> hashing = _partial.HashAlongAsync(stop.Token);
        Task digesting = Task.Run(() => _partial.Digests.RunAsync(stop.Token), stop.Token);
        try
        {
            await FetchAsync(stop.Token);
            _tracker.State(PullState.Verifying);
            ModelDigest digest = await hashing;
            if (_partial.Digests.IsWanted)
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
            await Task.WhenAll(hashing, digesting, _sync, _sources.EndAsync(), _connections.EndAsync())
                .ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    public void Dispose() => _wake.Dispose();

    private async Task FetchAsync(CancellationToken cancellationToken)
    {
        while (!_partial.IsComplete)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Now >= _nextTick)
            {
                _nextTick = Now + _options.Tick;
                await TickAsync(cancellationToken);
            }

            await _connections.HarvestAsync();
            IReadOnlyList<IUnitSource> usable = _limits.IsPaused
                ? []
                : _sources.Usable(_connections.IsAnyOpen);
            if (_connections.Open(usable, cancellationToken) && !_isTrying)
            {
                _isTrying = true;
                _tracker.Attempt();
            }

            TellWaiting(usable);
            await WaitAsync(usable, cancellationToken);
        }
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        _sources.Refresh(Now, Wake, cancellationToken);
        await (_limits.IsPaused ? _connections.PauseAsync() : _connections.GiveUpLaggardsAsync());
        if (_sync.IsCompleted && Now >= _nextSync)
        {
            _nextSync = Now + _options.SyncInterval;
            await _sync;
            _sync = Task.Run(_partial.Sync, cancellationToken);
        }
    }

    private void TellWaiting(IReadOnlyList<IUnitSource> usable)
    {
        if (!_connections.IsAnyOpen && !_partial.IsComplete)
        {
            _isTrying = false;
            _tracker.Waiting(
                _limits.IsPaused
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

        using CancellationTokenSource limit = new(pause, _time);
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

    private void Wake() => _wake.Release();
}
