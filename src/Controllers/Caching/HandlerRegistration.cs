using System.Threading.Channels;
using LlmOperator.Kubernetes.Meta;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Controllers.Caching;

/// <summary>
/// Delivers the changes of a cache to one handler, in order, from a queue of its own: a slow handler blocks neither
/// the watch nor the other handlers (C26, C27).
/// </summary>
internal sealed partial class HandlerRegistration<T>(IInformerHandler<T> handler, ILogger logger)
    where T : KubernetesObject
{
    private readonly Channel<Action<IInformerHandler<T>>?> _queue = Channel.CreateUnbounded<Action<
        IInformerHandler<T>
    >?>(new UnboundedChannelOptions { SingleReader = true });

    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the handler has seen the first complete list (C29).</summary>
    public Task Synced => _synced.Task;

    public void Added(T obj, bool isInInitialList) => Enqueue(h => h.OnAdded(obj, isInInitialList));

    public void Updated(T oldObj, T newObj) => Enqueue(h => h.OnUpdated(oldObj, newObj));

    public void Deleted(Tombstone<T> tombstone) => Enqueue(h => h.OnDeleted(tombstone));

    /// <summary>Marks the end of the first complete list.</summary>
    public void InitialListEnds() => Enqueue(null);

    /// <summary>Delivers until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // The caller holds the informer's lock; handlers are never called under it.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await foreach (
                Action<IInformerHandler<T>>? deliver in _queue.Reader.ReadAllAsync(cancellationToken)
            )
            {
                if (deliver is null)
                {
                    _synced.TrySetResult();
                }
                else
                {
                    Deliver(deliver);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The informer stops.
        }
    }

    private void Enqueue(Action<IInformerHandler<T>>? deliver) => _queue.Writer.TryWrite(deliver);

    private void Deliver(Action<IInformerHandler<T>> deliver)
    {
        try
        {
            deliver(handler);
        }
        catch (Exception e)
        {
            // Border: a handler that throws must not end the deliveries.
            LogHandlerFailed(e, typeof(T).Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A handler of {Kind} failed")]
    private partial void LogHandlerFailed(Exception exception, string kind);
}
