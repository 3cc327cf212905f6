using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Events;
using LlmOperator.Engines;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Serialization;
using LlmOperator.NodeAgent.Residents;
using LlmOperator.NodeAgent.Store;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>
/// Keeps one replica as its spec wants it: pulls, loads, watches, restarts, unloads, drains. One loop; the state is on
/// the board, requests pass the gate.
/// </summary>
internal sealed partial class ReplicaSupervisor : IDisposable
{
    // A guess until it was loaded once.
    private const long UnknownLoadMilliseconds = 5_000;
    private readonly ReplicaContext _context;
    private readonly ReplicaBoard _board = new();
    private readonly ReplicaFiles _files;
    private readonly FilesAhead _ahead;
    private readonly EngineGate _gate;
    private readonly EngineLog _log;
    private readonly ReplicaEngineRunner _runner;
    private readonly ReplicaStatusPublisher _publisher;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private CancellationTokenSource _respec = new();
    private TaskCompletionSource _demand = NewSignal();
    private ModelReplica _desired;

    // What the loop runs; the desired one is another while its files are fetched ahead.
    private ModelReplicaSpec _taken;
    private Task? _loop;

    public ReplicaSupervisor(ReplicaContext context, ModelReplica replica)
    {
        _context = context;
        _desired = replica;
        _taken = replica.Spec;
        Uid = replica.Metadata.Uid;
        Key = replica.Key;
        _logger = context.Loggers.CreateLogger<ReplicaSupervisor>();
        _gate = new EngineGate(context.Time);
        _files = new ReplicaFiles(context, _board);
        _ahead = new FilesAhead(context, _files, PullRetryFloor);
        _log = new EngineLog(EngineLog.PathOf(context.Options.LogDirectory, Key));
        _runner = new ReplicaEngineRunner(context, _board, _log);
        _publisher = new ReplicaStatusPublisher(context, _board, replica);
        context.Turns.Bind(TurnOf(replica));
    }

    public ObjectKey Key { get; }

    public string? Uid { get; }

    public ReplicaState State => _board.State;

    public void Start() => _loop ??= Task.WhenAll(Task.Run(RunAsync), _publisher.RunAsync());

    /// <summary>Takes a newer version of the object; a changed spec drains and restarts what runs.</summary>
    public void Update(ModelReplica replica)
    {
        lock (_lock)
        {
            bool changed = !KubernetesJson.AreEqual(_desired.Spec, replica.Spec);
            bool keepsEngine = changed && SpecChange.KeepsEngine(_taken, replica.Spec, State.Digest);
            _desired = replica;
            _context.Turns.Bind(TurnOf(replica));
            _publisher.Update(replica);
            if (keepsEngine)
            {
                _ahead.Cancel();
                _board.Post(new ReplicaEvent.SpecKept(replica.Metadata.Generation));
            }
            else if (
                changed
                && SpecChange.Answers(_taken, State)
                && SpecChange.BringsFiles(_taken, replica.Spec)
            )
            {
                _ahead.Start(replica, () => ChangeOver(replica.Spec));
            }
            else if (changed)
            {
                _ahead.Cancel();
                _respec.Cancel();
            }
        }
    }

    /// <summary>Drains, stops the engine, and ends the loop. Completes when all of it is done.</summary>
    public async Task StopAsync()
    {
        _board.Post(new ReplicaEvent.Stopping());
        await _stop.CancelAsync();
        await (_loop ?? Task.CompletedTask);
        await _ahead.StopAsync();
        _context.Turns.Unbind(Key.ToString());
    }

    /// <summary>After <see cref="StopAsync"/>.</summary>
    public void Dispose()
    {
        _log.Dispose();
        _publisher.Dispose();
        _respec.Dispose();
        _ahead.Dispose();
        _stop.Dispose();
    }

    /// <summary>As <see cref="IReplicaGateway.AcquireAsync"/>.</summary>
    public async Task<RequestLease> AcquireAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(_context.Options.LoadTimeout, _context.Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            limit.Token
        );
        while (true)
        {
            (ReplicaState state, Task changed) = _board.Look();
            if (!state.IsStopping && _gate.TryEnter() is { } lease)
            {
                return lease;
            }

            bool onDemand = Desired.Spec.Loading.Mode == LoadingMode.OnDemand;
            AcquirePlan.ThrowUnlessWaiting(Key, state, onDemand);
            // At every look: the model may have been unloaded again before this request had its turn.
            Volatile.Read(ref _demand).TrySetResult();

            try
            {
                await changed.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw AcquirePlan.StillLoading(Key, _board.State);
            }
        }
    }

    private void ChangeOver(ModelReplicaSpec wanted)
    {
        lock (_lock)
        {
            // After a failure the loop may have taken the change already.
            if (!ReferenceEquals(_taken, wanted))
            {
                _respec.Cancel();
            }
        }
    }

    private async Task RunAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                ModelReplica replica;
                CancellationToken respec;
                lock (_lock)
                {
                    _respec.Dispose();
                    _respec = new CancellationTokenSource();
                    (replica, respec) = (_desired, _respec.Token);
                    _taken = replica.Spec;
                }

                using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
                    _stop.Token,
                    respec
                );
                _board.Post(new ReplicaEvent.SpecTaken(replica.Metadata.Generation));
                try
                {
                    await RunSpecAsync(replica, either.Token);
                }
                catch (OperationCanceledException) when (either.IsCancellationRequested)
                {
                    LogLeft(Key, _stop.IsCancellationRequested ? "it is being stopped" : "its spec changed");
                }
                catch (Exception error)
                {
                    // The border of the replica's loop: one broken replica must not end the agent.
                    LogBroken(Key, error);
                    _board.Post(
                        new ReplicaEvent.Failed(
                            new ReplicaFailure(ModelReplicaConditions.EngineExited, error.Message)
                        )
                    );
                    await DelayAsync(TimeSpan.FromSeconds(10), either.Token);
                }
            }
        }
        finally
        {
            _log.Dispose();
            _publisher.Complete();
        }
    }

    private async Task RunSpecAsync(ModelReplica replica, CancellationToken cancellationToken)
    {
        StoredModelFiles? files = LaunchPlan.NeedsFiles(replica.Spec.Engine.Kind)
            ? await StoreAsync(replica, cancellationToken)
            : null;
        _board.Post(new ReplicaEvent.FilesStored(files?.Digest.ToString(), _board.State.Pull));
        RestartBackoff backoff = new();
        while (true)
        {
            if (replica.Spec.Loading.Mode == LoadingMode.StoreOnly)
            {
                await Task.Delay(StoredCheckInterval, _context.Time, cancellationToken);
            }
            else if (replica.Spec.Loading.Mode == LoadingMode.OnDemand)
            {
                await Volatile.Read(ref _demand).Task.WaitAsync(cancellationToken);
            }

            if (files is not null && !_context.Store.StillHolds(files))
            {
                _board.Post(new ReplicaEvent.FilesChanged());
                Tell(
                    replica,
                    EventType.Warning,
                    "FilesChanged",
                    "Pull",
                    "A file of the model has changed or is gone where it lay; it is fetched again."
                );
                files = await StoreAsync(replica, cancellationToken);
                _board.Post(new ReplicaEvent.FilesStored(files.Digest.ToString(), _board.State.Pull));
            }

            if (replica.Spec.Loading.Mode == LoadingMode.StoreOnly)
            {
                continue;
            }

            long started = _context.Time.GetTimestamp();
            bool ended = await RunEngineAsync(replica, files, cancellationToken);
            if (ended)
            {
                // Asked for by idleness: the next request loads it again.
                continue;
            }

            TimeSpan delay = backoff.Next(_context.Time.GetElapsedTime(started));
            LogRestart(Key, delay);
            await Task.Delay(delay, _context.Time, cancellationToken);
        }
    }

    private async Task<StoredModelFiles> StoreAsync(ModelReplica replica, CancellationToken cancellationToken)
    {
        RestartBackoff backoff = new();
        string? told = null;
        while (true)
        {
            (StoredModelFiles? files, ReplicaFailure? failure) = await _files.GetAsync(
                replica,
                cancellationToken
            );
            if (files is not null)
            {
                Tell(replica, EventType.Normal, "Stored", "Pull", $"{files.Name} is stored and verified.");
                return files;
            }

            _board.Post(new ReplicaEvent.Failed(failure!));
            if (told != failure!.Message)
            {
                told = failure.Message;
                Tell(replica, EventType.Warning, failure.Reason, "Pull", failure.Message);
            }

            TimeSpan delay = backoff.Next(TimeSpan.Zero);
            await Task.Delay(
                delay < PullRetryFloor ? PullRetryFloor : delay,
                _context.Time,
                cancellationToken
            );
        }
    }

    // True when the engine was unloaded because nobody used it; false when it must be started again.
    private async Task<bool> RunEngineAsync(
        ModelReplica replica,
        StoredModelFiles? files,
        CancellationToken cancellationToken
    )
    {
        // Before the engine: what others hold must be gone before this one takes it.
        using MemoryTurn turn = await _context.Turns.EnterAsync(TurnOf(replica), cancellationToken);
        IEngineInstance? engine = await _runner.StartAsync(replica, files, cancellationToken);
        if (engine is null)
        {
            return false;
        }

        using CancellationTokenSource exited = new();
        await using (engine)
        {
            try
            {
                _gate.Open(engine, exited.Token);
                await _runner.AnnounceAsync(replica, engine, cancellationToken);
                return await WatchAsync(replica, engine, turn, exited, cancellationToken);
            }
            finally
            {
                await DrainAsync(engine);
                await exited.CancelAsync();
            }
        }
    }

    private async Task<bool> WatchAsync(
        ModelReplica replica,
        IEngineInstance engine,
        MemoryTurn turn,
        CancellationTokenSource exited,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            await Task.WhenAny(
                engine.Completion,
                turn.MustLeave,
                Task.Delay(WatchInterval, _context.Time, cancellationToken)
            );
            cancellationToken.ThrowIfCancellationRequested();
            if (engine.Completion.IsCompleted)
            {
                await exited.CancelAsync();
                _ = _gate.Shut();
                _runner.Exited(replica, await engine.Completion);
                return false;
            }

            _runner.Measure(replica, engine);
            bool isIdle =
                replica.Spec.Loading.Mode == LoadingMode.OnDemand
                && _gate.Idle >= Desired.Spec.Loading.IdleTimeout.Value;
            if (isIdle || turn.MustLeave.IsCompleted)
            {
                Interlocked.Exchange(ref _demand, NewSignal());
                Tell(
                    replica,
                    EventType.Normal,
                    "Unloaded",
                    "Unload",
                    isIdle
                        ? "Nobody used the model; it left memory."
                        : "Another model needs the memory; this one left it."
                );
                return true;
            }
        }
    }

    private async Task DrainAsync(IEngineInstance engine)
    {
        Task empty = _gate.Shut();
        if (!engine.Completion.IsCompleted)
        {
            _board.Post(new ReplicaEvent.Draining());
            await Task.WhenAny(
                empty,
                engine.Completion,
                Task.Delay(_context.Options.DrainTimeout, _context.Time, CancellationToken.None)
            );
            await engine.StopAsync(StopGrace, CancellationToken.None);
            _board.Post(new ReplicaEvent.Unloaded());
        }
    }

    private async Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(delay, _context.Time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The loop looks at what was cancelled.
        }
    }

    private void Tell(ModelReplica replica, EventType type, string reason, string action, string note) =>
        _context.Events.Record(replica, type, reason, action, note);

    private ModelReplica Desired
    {
        get
        {
            lock (_lock)
            {
                return _desired;
            }
        }
    }

    private TurnRequest TurnOf(ModelReplica replica) =>
        new()
        {
            Name = Key.ToString(),
            Bytes = replica
                .Spec.Reservations.GroupBy(r => r.Device)
                .ToDictionary(g => g.Key, g => g.Sum(r => r.TotalBytes)),
            IsShared = replica.Spec.Loading.Memory == LoadingMemory.Shared,
            Idle = () => _gate.Idle,
            ReloadCost = () =>
                TimeSpan.FromMilliseconds(
                    _board.State.Performance?.LoadMilliseconds ?? UnknownLoadMilliseconds
                ),
        };

    private static TaskCompletionSource NewSignal() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
