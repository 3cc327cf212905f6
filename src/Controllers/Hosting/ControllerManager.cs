using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Events;
using LlmOperator.Controllers.LeaderElection;
using LlmOperator.Controllers.Queueing;
using LlmOperator.Controllers.Reconciling;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Controllers.Hosting;

/// <summary>
/// Runs informers, controllers and other loops of a process: servers, caches, what every instance runs, then, when
/// leading, the controllers; stops in a safe order (C52).
/// </summary>
public sealed partial class ControllerManager : IDisposable
{
    // controller-runtime skips the graceful stop; a second lets what was cancelled end in order.
    private static readonly TimeSpan s_graceAfterLoss = TimeSpan.FromSeconds(1);

    private readonly ControllerManagerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger<ControllerManager> _logger;
    private readonly LeaderElector? _elector;
    private readonly IKubernetesClient _rawClient;

    private readonly Lock _lock = new();
    private readonly InformerSet _informers;
    private readonly List<(IRunnable Runnable, RunnableStage Stage)> _runnables = [];
    private readonly List<IDisposable> _disposables = [];
    private readonly CancellationTokenSource _hardStop = new();
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RunnableGroup _servers;
    private readonly RunnableGroup _caches;
    private readonly RunnableGroup _others;
    private readonly RunnableGroup _leaders;
    private readonly RunnableGroup _events;
    private volatile bool _isReady;

    /// <summary>Makes a manager; nothing runs yet.</summary>
    /// <exception cref="ArgumentException">The durations of the leader election cannot work together.</exception>
    public ControllerManager(
        IKubernetesClient client,
        ControllerManagerOptions options,
        TimeProvider time,
        Random random,
        ILoggerFactory loggers
    )
    {
        (_rawClient, _options, _time, _loggers) = (client, options, time, loggers);
        _logger = loggers.CreateLogger<ControllerManager>();
        Client = new TrackingClient(client, () => _elector?.MayWrite != false);
        _elector = options.LeaderElection is { } election
            ? new LeaderElector(client, election, time, random, loggers.CreateLogger<LeaderElector>())
            : null;
        void Fail(Exception e) => _failed.TrySetException(e);
        _servers = new RunnableGroup("servers", Fail, _logger);
        _caches = new RunnableGroup("caches", Fail, _logger);
        _informers = new InformerSet(client, _caches, time, random, loggers);
        _others = new RunnableGroup("runnables", Fail, _logger);
        _leaders = new RunnableGroup("controllers", Fail, _logger);
        _events = new RunnableGroup("event recorder", Fail, _logger);
    }

    /// <summary>
    /// Client for reconcilers: what a reconcile writes through it, its next run of the same key finds in the caches
    /// (C31).
    /// </summary>
    public IKubernetesClient Client { get; }

    /// <summary>True when the caches have synced (C53); also on instances that do not lead.</summary>
    public bool IsReady => _isReady;

    /// <summary>False when the process should be restarted (C53).</summary>
    public bool IsLive => _elector?.IsHealthy != false;

    /// <summary>True while this instance runs the controllers.</summary>
    public bool IsLeader => _elector is null ? _isReady : _elector.IsLeader;

    /// <summary>The informer of a kind, shared by all who ask with equal options.</summary>
    public SharedInformer<T> Informer<T>(InformerOptions? options = null)
        where T : KubernetesObject => _informers.Get<T>(options ?? new InformerOptions());

    /// <summary>Adds a controller of a kind, before the manager runs.</summary>
    /// <param name="name">Name for logs and metrics, for example <c>llmmodel</c>.</param>
    /// <param name="reconciler">What to do with a key.</param>
    /// <param name="configure">Further kinds to watch, predicates, concurrency.</param>
    public void AddController<T>(
        string name,
        IReconciler<T> reconciler,
        Action<ControllerBuilder<T>>? configure = null
    )
        where T : KubernetesObject
    {
        ControllerBuilder<T> builder = new(this);
        configure?.Invoke(builder);
        WorkQueue<ObjectKey> queue = new(name, _time, WorstOfRateLimiter<ObjectKey>.Default(_time));
        OwnWrites ownWrites = new(_rawClient, _informers.ThatSee, key => queue.Add(key), _time);
        builder.Connect(queue);
        Controller<T> controller = new(
            name,
            reconciler,
            queue,
            ownWrites,
            builder,
            _time,
            _loggers.CreateLogger<Controller<T>>(),
            _hardStop.Token
        );
        _informers.OnProgress(ownWrites.OnProgress);
        lock (_lock)
        {
            _disposables.Add(controller);
        }

        AddRunnable(controller);
    }

    /// <summary>Adds a loop, before the manager runs. When it fails, the manager stops and fails.</summary>
    /// <param name="runnable">Loop.</param>
    /// <param name="stage">When it starts and stops.</param>
    public void AddRunnable(IRunnable runnable, RunnableStage stage = RunnableStage.Normal)
    {
        lock (_lock)
        {
            _runnables.Add((runnable, stage));
        }
    }

    /// <summary>Runs until cancelled; returns when everything has stopped.</summary>
    /// <exception cref="CacheSyncException">The caches did not fill in time.</exception>
    /// <exception cref="LeadershipLostException">Leadership was lost: end the process (C51).</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource stopRenewing = new();
        Task renewing = Task.CompletedTask;
        bool isLost = false;
        try
        {
            StartAll(_events, RunnableStage.EventRecorder, leaders: null);
            StartAll(_servers, RunnableStage.Server, leaders: null);
            await StartCachesAsync(cancellationToken);
            StartAll(_others, RunnableStage.Normal, leaders: false);
            if (_elector is not null)
            {
                await OrFailedAsync(_elector.AcquireAsync(cancellationToken));
                renewing = _elector.RenewAsync(stopRenewing.Token);
            }

            StartAll(_leaders, RunnableStage.Normal, leaders: true);
            Task stopped = Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken);
            Task ended = await Task.WhenAny(
                renewing == Task.CompletedTask ? stopped : renewing,
                _failed.Task,
                stopped
            );
            await ended;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogStopping();
        }
        catch (LeadershipLostException e)
        {
            isLost = true;
            LogLost(e.Message);
            throw;
        }
        finally
        {
            _isReady = false;
            await StopAsync(isLost, renewing, stopRenewing);
        }
    }

    /// <summary>Frees timers and queues; call after <see cref="RunAsync"/> has returned.</summary>
    public void Dispose()
    {
        _disposables.ForEach(d => d.Dispose());
        foreach (RunnableGroup group in new[] { _servers, _caches, _others, _leaders, _events })
        {
            group.Dispose();
        }

        _hardStop.Dispose();
    }

    private async Task StartCachesAsync(CancellationToken cancellationToken)
    {
        int count = await OrFailedAsync(_informers.StartAsync(_options.CacheSyncTimeout, cancellationToken));
        _isReady = true;
        LogReady(count);
    }

    private async Task OrFailedAsync(Task task)
    {
        Task first = await Task.WhenAny(task, _failed.Task);
        await first;
    }

    private async Task<T> OrFailedAsync<T>(Task<T> task)
    {
        await OrFailedAsync((Task)task);
        return await task;
    }

    private void StartAll(RunnableGroup group, RunnableStage stage, bool? leaders)
    {
        List<IRunnable> runnables;
        lock (_lock)
        {
            runnables =
            [
                .. _runnables
                    .Where(r => StageOf(r.Runnable, r.Stage) == stage)
                    .Where(r => leaders is null || r.Runnable.NeedsLeaderElection == leaders)
                    .Select(r => r.Runnable),
            ];
        }

        runnables.ForEach(group.Start);
    }

    private static RunnableStage StageOf(IRunnable runnable, RunnableStage stage) =>
        runnable is EventRecorder ? RunnableStage.EventRecorder : stage;

    // The opposite order of the start; the lease is released after all that it guards has stopped.
    private async Task StopAsync(bool isLost, Task renewing, CancellationTokenSource stopRenewing)
    {
        if (isLost)
        {
            // Another instance may lead already: not one more write (C51).
            await _hardStop.CancelAsync();
        }

        using CancellationTokenSource grace = new(isLost ? s_graceAfterLoss : _options.GracePeriod, _time);
        await using CancellationTokenRegistration hard = grace.Token.Register(() => _hardStop.Cancel());
        await _others.StopAsync(grace.Token);
        await _leaders.StopAsync(grace.Token);
        await _caches.StopAsync(grace.Token);
        await _servers.StopAsync(grace.Token);
        await stopRenewing.CancelAsync();
        try
        {
            await renewing;
            if (_elector is not null && !isLost)
            {
                await _elector.ReleaseAsync(grace.Token);
            }
        }
        catch (Exception e)
        {
            // Border: the process ends; the lease runs out by itself.
            LogNotReleased(e.Message);
        }

        await _events.StopAsync(grace.Token);
        await _hardStop.CancelAsync();
    }
}
