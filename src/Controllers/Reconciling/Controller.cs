using LlmOperator.Controllers.Hosting;
using LlmOperator.Controllers.Queueing;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Controllers.Reconciling;

/// <summary>The workers that take keys from a queue and reconcile them (C33-C40).</summary>
internal sealed partial class Controller<T> : IRunnable, IDisposable
    where T : KubernetesObject
{
    private static readonly ResourceDefinition s_primary = ResourceDefinition.For<T>();

    private readonly IReconciler<T> _reconciler;
    private readonly WorkQueue<ObjectKey> _queue;
    private readonly OwnWrites _ownWrites;
    private readonly ControllerBuilder<T> _settings;
    private readonly CancellationToken _hardStop;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ReconcileMetrics _metrics;
    private long _lastReconcileId;

    /// <param name="name">Name for logs and metrics.</param>
    /// <param name="reconciler">What to do.</param>
    /// <param name="queue">Keys; filled from the first list on.</param>
    /// <param name="ownWrites">Holds keys back until the caches show our writes.</param>
    /// <param name="settings">Concurrency and time limit.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Log.</param>
    /// <param name="hardStop">Cancels running reconciles; the run's own token only stops taking keys (C37).</param>
    public Controller(
        string name,
        IReconciler<T> reconciler,
        WorkQueue<ObjectKey> queue,
        OwnWrites ownWrites,
        ControllerBuilder<T> settings,
        TimeProvider time,
        ILogger logger,
        CancellationToken hardStop
    )
    {
        Name = name;
        _reconciler = reconciler;
        _queue = queue;
        _ownWrites = ownWrites;
        _settings = settings;
        _hardStop = hardStop;
        _time = time;
        _logger = logger;
        _metrics = new ReconcileMetrics(name, settings.Concurrency);
    }

    public string Name { get; }

    public bool NeedsLeaderElection => _settings.NeedsLeaderElection;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using CancellationTokenRegistration stop = cancellationToken.Register(_queue.ShutDown);
        await Task.WhenAll(Enumerable.Range(0, _settings.Concurrency).Select(_ => WorkAsync()));
    }

    public void Dispose()
    {
        _ownWrites.Dispose();
        _queue.Dispose();
    }

    private async Task WorkAsync()
    {
        while (await _queue.TakeAsync() is (true, ObjectKey key))
        {
            try
            {
                await ProcessAsync(key);
            }
            catch (OperationCanceledException) when (_hardStop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Border: nothing that happens to one key ends the worker (C38).
                LogWorkerFailed(e, Name, key);
                _queue.AddRateLimited(key);
            }
            finally
            {
                _queue.Done(key);
            }
        }
    }

    private async Task ProcessAsync(ObjectKey key)
    {
        _hardStop.ThrowIfCancellationRequested();
        if (!await _ownWrites.HasCaughtUpAsync(key, _hardStop))
        {
            return;
        }

        long id = Interlocked.Increment(ref _lastReconcileId);
        using IDisposable? scope = _logger.BeginScope(
            new Dictionary<string, object?>
            {
                ["controller"] = Name,
                ["namespace"] = key.Namespace,
                ["name"] = key.Name,
                ["reconcileId"] = id,
            }
        );
        long start = _time.GetTimestamp();
        _metrics.Started();
        string result = ReconcileMetrics.Error;
        WriteScope writes = WriteScope.Begin();
        try
        {
            result = await ReconcileAsync(key);
        }
        finally
        {
            WriteScope.End();
            _ownWrites.Remember(key, writes.Changes);
            _metrics.Ended(_time.GetElapsedTime(start), result);
        }
    }

    // What becomes of the key (C36). Never a limit on retries.
    private async Task<string> ReconcileAsync(ObjectKey key)
    {
        try
        {
            switch (await CallReconcilerAsync(new ReconcileRequest(key)))
            {
                case ReconcileResult.RequeueAfter later:
                    _queue.Forget(key);
                    _queue.AddAfter(key, later.Delay);
                    return ReconcileMetrics.RequeueAfter;
                default:
                    _queue.Forget(key);
                    return ReconcileMetrics.Success;
            }
        }
        catch (OperationCanceledException) when (_hardStop.IsCancellationRequested)
        {
            throw;
        }
        catch (TerminalReconcileException e)
        {
            LogTerminal(e, Name, key);
            _metrics.Failed();
            _metrics.FailedTerminally();
            _queue.Forget(key);
            return ReconcileMetrics.Error;
        }
        catch (KubernetesApiException e) when (IsGone(e, key))
        {
            _queue.Forget(key);
            return ReconcileMetrics.Success;
        }
        catch (KubernetesApiException e) when (e.IsConflict)
        {
            LogConflict(Name, key, e.Message);
            _queue.AddRateLimited(key);
            return ReconcileMetrics.Conflict;
        }
        catch (Exception e)
        {
            // Border: a reconcile that failed comes again, whatever the failure was.
            LogFailed(e, Name, key, _queue.Failures(key) + 1);
            _metrics.Failed();
            if (e is NullReferenceException or InvalidCastException or IndexOutOfRangeException)
            {
                _metrics.Panicked();
            }

            _queue.AddRateLimited(key);
            return ReconcileMetrics.Error;
        }
    }

    private async Task<ReconcileResult> CallReconcilerAsync(ReconcileRequest request)
    {
        if (_settings.ReconcileTimeout is not { } limit)
        {
            return await _reconciler.ReconcileAsync(request, _hardStop);
        }

        using CancellationTokenSource deadline = new(limit, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
            _hardStop,
            deadline.Token
        );
        return await _reconciler.ReconcileAsync(request, either.Token);
    }

    // The primary vanished while it was reconciled.
    private static bool IsGone(KubernetesApiException e, ObjectKey key) =>
        e.IsNotFound
        && e.Status.Details is { } details
        && details.Name == key.Name
        && (details.Group ?? "") == s_primary.Group
        && (details.Kind == s_primary.Plural || details.Kind == s_primary.Kind);
}
