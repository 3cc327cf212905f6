using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Serialization;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>
/// Keeps one replica as its spec wants it: pulls, loads, watches, restarts, unloads, drains. One loop; the state is on
/// the board, requests pass the gate.
/// </summary>
internal sealed partial class ReplicaSupervisor : IDisposable
{
    private readonly ReplicaContext _context;
    private readonly ReplicaBoard _board = new();
    private readonly FilesAhead _ahead;
    private readonly EngineGate _gate;
    private readonly EngineLog _log;
    private readonly ReplicaTurn _turn;
    private readonly ReplicaDemand _demand = new();
    private readonly ReplicaEngineRunner _runner;
    private readonly SpecRun _run;
    private readonly ReplicaStatusPublisher _publisher;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private CancellationTokenSource _respec = new();
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
        _turn = new ReplicaTurn(Key, _gate, _board);
        _log = new EngineLog(EngineLog.PathOf(context.Options.LogDirectory, Key));
        ReplicaFiles files = new(context, _board);
        _ahead = new FilesAhead(context, files);
        _runner = new ReplicaEngineRunner(context, _board, _log);
        EngineRun engine = new(
            context,
            _board,
            _gate,
            _runner,
            _turn,
            _demand,
            () => Desired.Spec.Loading.IdleTimeout.Value
        );
        _run = new SpecRun(context, _board, files, engine, _demand);
        _publisher = new ReplicaStatusPublisher(context, _board, replica);
        context.Turns.Bind(_turn.Of(replica));
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
            _context.Turns.Bind(_turn.Of(replica));
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
            _demand.Raise();

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
                    await _run.RunAsync(replica, either.Token);
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
            _runner.ForgetPrompts();
            _log.Dispose();
            _publisher.Complete();
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
}
