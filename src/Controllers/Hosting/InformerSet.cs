using LlmOperator.Controllers.Caching;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Controllers.Hosting;

/// <summary>The informers of a manager: one for a kind and its options, shared by all who ask. Thread-safe.</summary>
internal sealed class InformerSet(
    IKubernetesClient client,
    RunnableGroup group,
    TimeProvider time,
    Random random,
    ILoggerFactory loggers
)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(Type Kind, InformerOptions Options), IInformer> _informers = [];
    private Action? _progressed;
    private bool _started;

    public SharedInformer<T> Get<T>(InformerOptions options)
        where T : KubernetesObject
    {
        lock (_lock)
        {
            if (_informers.TryGetValue((typeof(T), options), out IInformer? existing))
            {
                return (SharedInformer<T>)existing;
            }

            SharedInformer<T> informer = new(client, options, time, random, loggers);
            _informers[(typeof(T), options)] = informer;
            ((IInformer)informer).OnProgress(() => Volatile.Read(ref _progressed)?.Invoke());
            if (_started)
            {
                group.Start(informer);
            }

            return informer;
        }
    }

    /// <summary>Calls back at each progress of any informer, also of one that is asked for later.</summary>
    public void OnProgress(Action callback)
    {
        lock (_lock)
        {
            _progressed += callback;
        }
    }

    /// <summary>Starts the informers and waits until all have synced (C29). Returns how many.</summary>
    /// <exception cref="CacheSyncException">Some had not synced in time; names them.</exception>
    public async Task<int> StartAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        IInformer[] informers;
        lock (_lock)
        {
            _started = true;
            informers = [.. _informers.Values];
            foreach (IInformer informer in informers)
            {
                group.Start(informer);
            }
        }

        using CancellationTokenSource deadline = new(timeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            deadline.Token
        );
        try
        {
            await Task.WhenAll(informers.Select(i => i.WaitForSyncAsync(either.Token)));
            return informers.Length;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            string missing = string.Join(", ", informers.Where(i => !i.HasSynced).Select(i => i.Name));
            throw new CacheSyncException(
                $"Not synced within {timeout}: {missing}. "
                    + "Look at the log for why, and whether the CRDs are installed and RBAC allows list and watch."
            );
        }
    }

    /// <summary>Informers that see the objects of a kind in a namespace; those with selectors do not see every one.</summary>
    public IReadOnlyList<IInformer> ThatSee(Type kind, string? ns)
    {
        lock (_lock)
        {
            return
            [
                .. _informers
                    .Where(i =>
                        i.Key.Kind == kind
                        && i.Key.Options.LabelSelector is null
                        && i.Key.Options.FieldSelector is null
                        && (i.Key.Options.Namespace is null || i.Key.Options.Namespace == ns)
                    )
                    .Select(i => i.Value),
            ];
        }
    }
}
