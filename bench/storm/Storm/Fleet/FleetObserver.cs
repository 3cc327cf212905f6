using System.Collections.Concurrent;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.Storm.Fleet;

/// <summary>Watches models and replicas as anybody could, and counts what happens to each.</summary>
internal sealed class FleetObserver : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly SharedInformer<LlmModel> _models;
    private readonly SharedInformer<ModelReplica> _replicas;
    private readonly Task _running;
    private readonly ConcurrentDictionary<ObjectKey, bool> _ready = new();

    public FleetObserver(IKubernetesClient client)
    {
        Random random = new(1);
        _models = new(client, new InformerOptions(), TimeProvider.System, random, NullLoggerFactory.Instance);
        _replicas = new(
            client,
            new InformerOptions(),
            TimeProvider.System,
            random,
            NullLoggerFactory.Instance
        );
        ModelChanges = new ChangeCounter<LlmModel>(model =>
        {
            if (IsDone(model))
            {
                _ready.TryAdd(model.Key, true);
            }
            else
            {
                _ready.TryRemove(model.Key, out _);
            }
        });
        ReplicaChanges = new ChangeCounter<ModelReplica>(_ => { });
        _models.AddHandler(ModelChanges);
        _replicas.AddHandler(ReplicaChanges);
        _running = Task.WhenAll(_models.RunAsync(_stop.Token), _replicas.RunAsync(_stop.Token));
    }

    public ChangeCounter<LlmModel> ModelChanges { get; }

    public ChangeCounter<ModelReplica> ReplicaChanges { get; }

    public IReadOnlyList<LlmModel> Models => _models.Lister.List();

    public IReadOnlyList<ModelReplica> Replicas => _replicas.Lister.List();

    /// <summary>Models that are placed and ready for their present generation.</summary>
    public int Done => _ready.Count;

    public async Task UntilSyncedAsync(CancellationToken cancellationToken)
    {
        await _models.WaitForSyncAsync(cancellationToken);
        await _replicas.WaitForSyncAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ContinueWith(_ => { }, TaskScheduler.Default);
        _stop.Dispose();
    }

    private static bool IsDone(LlmModel model) =>
        model.Status is { } status
        && status.ObservedGeneration == model.Metadata.Generation
        && status.Conditions.IsTrue(LlmModelConditions.Placed)
        && status.Conditions.IsTrue(LlmModelConditions.Ready)
        && status.Replicas?.Ready == model.Spec.Placement.Replicas;
}
