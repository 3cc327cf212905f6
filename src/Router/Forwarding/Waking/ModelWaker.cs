using System.Collections.Concurrent;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Router.Balancing;
using LlmOperator.Router.Balancing.Breaking;
using LlmOperator.Router.Configuration;

namespace LlmOperator.Router.Forwarding.Waking;

/// <summary>
/// Has models loaded that requests ask for: one call a model, however many wait for it. Whoever waits hears of it as soon as the
/// replica's agent says so, or the watched status. Thread-safe.
/// </summary>
internal sealed class ModelWaker(
    UpstreamClient upstream,
    ReplicaBalancer balancer,
    Func<RoutingSnapshot> currentSnapshot,
    RouterOptions options,
    TimeProvider time
) : IAsyncDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_callAgain = TimeSpan.FromSeconds(1);

    // A load that was begun is seen through without anybody who waits; an agent that hangs is not waited for for ever.
    private static readonly TimeSpan s_longestUnattended = TimeSpan.FromMinutes(10);
    private static readonly BreakerLimits s_limits = new();

    private readonly ReplicaCall _call = new(upstream, options.ServingToken);
    private readonly ConcurrentDictionary<ObjectKey, (WakeQueue Queue, Task Run)> _queues = [];
    private readonly ConcurrentDictionary<string, Task> _others = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Requests that wait now, by model.</summary>
    public IEnumerable<(ObjectKey Model, int Waiting)> Waiting =>
        _queues.Select(q => (q.Key, q.Value.Queue.Count));

    /// <summary>Has a model loaded, and gives a place in its queue.</summary>
    /// <param name="model">The model.</param>
    /// <param name="most">Most requests that may wait; 0 only has it loaded.</param>
    /// <returns>Null when the queue is full.</returns>
    public WakeTicket? Enter(ObjectKey model, int most)
    {
        lock (_lock)
        {
            while (true)
            {
                if (!_queues.TryGetValue(model, out (WakeQueue Queue, Task) known))
                {
                    WakeQueue queue = new(model, time.GetTimestamp());
                    queue.TryEnter(most, out WakeTicket? first);
                    _queues[model] = (queue, Task.Run(() => RunAsync(queue)));
                    return first;
                }

                if (known.Queue.TryEnter(most, out WakeTicket? ticket))
                {
                    return ticket;
                }

                _queues.TryRemove(model, out _);
            }
        }
    }

    /// <summary>How far a model is that was asked for.</summary>
    public LoadProgress? ProgressOf(ObjectKey model) =>
        currentSnapshot().Models.GetValueOrDefault(model)?.Progress is not { } progress ? null
        : _queues.TryGetValue(model, out (WakeQueue Queue, Task) known)
            ? progress.After(time.GetElapsedTime(known.Queue.Began))
        : progress;

    /// <summary>Has one more replica loaded for a model that is in memory elsewhere. Nobody waits for it.</summary>
    public void WakeAlso(LocalReplica replica)
    {
        lock (_lock)
        {
            if (!_others.ContainsKey(replica.Id) && !_stop.IsCancellationRequested)
            {
                _others[replica.Id] = Task.Run(() => CallOnceAsync(replica));
            }
        }
    }

    /// <summary>Ends all calls. What waits hears that the router stops.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_lock)
        {
            _stop.Cancel();
            running = [.. _queues.Values.Select(q => q.Run), .. _others.Values];
        }

        await Task.WhenAll(running);
        _stop.Dispose();
    }

    private async Task CallOnceAsync(LocalReplica replica)
    {
        using CancellationTokenSource limit = new(s_longestUnattended, time);
        using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(
            _stop.Token,
            limit.Token
        );
        try
        {
            await _call.AskAsync(replica, ends.Token);
            // The status that says so comes a little later.
            await Task.Delay(s_callAgain, time, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The router stops, or the agent hangs.
        }
        finally
        {
            _others.TryRemove(replica.Id, out _);
        }
    }

    private async Task RunAsync(WakeQueue queue)
    {
        WakeOutcome outcome = new WakeOutcome.Failed("the router stops");
        using CancellationTokenSource calls = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        try
        {
            outcome = await WakeAsync(queue, calls.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Told below.
        }
        finally
        {
            await calls.CancelAsync();
            queue.Dissolve(outcome);
            Forget(queue);
        }
    }

    private void Forget(WakeQueue queue)
    {
        lock (_lock)
        {
            if (_queues.TryGetValue(queue.Model, out (WakeQueue Queue, Task) known) && known.Queue == queue)
            {
                _queues.TryRemove(queue.Model, out _);
            }
        }
    }

    private async Task<WakeOutcome> WakeAsync(WakeQueue queue, CancellationToken cancellationToken)
    {
        Dictionary<string, string> failed = new(StringComparer.Ordinal);
        Task<CallAnswer>? call = null;
        LocalReplica? called = null;
        while (true)
        {
            if (currentSnapshot().Models.GetValueOrDefault(queue.Model) is not { } model)
            {
                return new WakeOutcome.Failed("it does not exist any more");
            }

            if (model.Replicas.Any(r => r.IsLoaded))
            {
                return new WakeOutcome.Awake(model);
            }

            if (!model.IsCold)
            {
                return new WakeOutcome.Failed(model.Problem ?? "it is not loaded on demand any more");
            }

            if (call is null)
            {
                called = model.Replicas.FirstOrDefault(r => !failed.ContainsKey(r.Id) && MayCall(r, failed));
                if (called is null && model.Replicas.Count > 0)
                {
                    return new WakeOutcome.Failed(string.Join("; ", failed.Values));
                }

                call = called is null ? null : _call.AskAsync(called, cancellationToken);
                queue.Began = call is null ? queue.Began : time.GetTimestamp();
            }

            // Whatever comes first: the agent's answer, or the status that says so.
            Task look = Task.Delay(s_look, time, cancellationToken);
            await (call is null ? look : Task.WhenAny(call, look));
            cancellationToken.ThrowIfCancellationRequested();
            if (call is { IsCompleted: true })
            {
                CallAnswer answer = await call;
                call = null;
                switch (answer.State)
                {
                    case CallState.Loaded:
                        return new WakeOutcome.Awake(With(model, called!));
                    case CallState.StillLoading:
                        await Task.Delay(s_callAgain, time, cancellationToken);
                        break;
                    default:
                        failed[called!.Id] = $"{called.Node}: {answer.Reason}";
                        await TellBreakerAsync(called, answer);
                        break;
                }
            }
            else if (
                (call is null || time.GetElapsedTime(queue.Began) > s_longestUnattended)
                && queue.TryDissolveEmpty()
            )
            {
                return new WakeOutcome.Failed("nobody waits for it");
            }
        }
    }

    private bool MayCall(LocalReplica replica, Dictionary<string, string> failed)
    {
        if (balancer.LoadOf(replica).Refusal(s_limits) is not { } refusal)
        {
            return true;
        }

        failed[replica.Id] = $"{replica.Node}: {refusal.Reason}";
        return false;
    }

    private Task TellBreakerAsync(LocalReplica replica, CallAnswer answer) =>
        answer.State == CallState.Gone
            ? balancer
                .LoadOf(replica)
                .Breaker.FailedAsync(answer.Reason, FailureKind.Gone, time.GetTimestamp(), counted: null)
            : Task.CompletedTask;

    private static LocalModel With(LocalModel model, LocalReplica loaded) =>
        model with
        {
            Replicas = [.. model.Replicas.Select(r => r.Id == loaded.Id ? r with { IsLoaded = true } : r)],
            IsCold = false,
            Progress = null,
        };
}
