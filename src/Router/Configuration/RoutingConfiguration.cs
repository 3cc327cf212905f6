using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Router.Configuration;

/// <summary>Keeps the current snapshot: watches the objects and swaps it whole when any of them changed.</summary>
[Rbac<LlmModel>("list", "watch")]
[Rbac<ModelReplica>("list", "watch")]
[Rbac<WorkerRole>("list", "watch")]
[Rbac<RoutingPolicy>("list", "watch")]
[Rbac<InferenceProvider>("list", "watch")]
[Rbac<RouterKey>("list", "watch")]
[Rbac<Secret>("list", "watch", Scope = RbacScope.NamedObjects)]
internal sealed partial class RoutingConfiguration : IRunnable, IDisposable
{
    private readonly ControllerManager _manager;
    private readonly SharedInformer<LlmModel> _models;
    private readonly SharedInformer<ModelReplica> _replicas;
    private readonly SharedInformer<WorkerRole> _roles;
    private readonly SharedInformer<RoutingPolicy> _policies;
    private readonly SharedInformer<InferenceProvider> _providers;
    private readonly SharedInformer<RouterKey> _keys;
    private readonly Dictionary<ObjectKey, SharedInformer<Secret>> _secrets = [];
    private readonly SemaphoreSlim _changed = new(1, 1);
    private readonly TaskCompletionSource _built = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<RoutingSnapshot> _swapped;
    private readonly ILogger _logger;
    private volatile RoutingSnapshot _current = RoutingSnapshot.Empty;

    /// <summary>Watches through <paramref name="manager"/>; <paramref name="swapped"/> hears of each new snapshot.</summary>
    public RoutingConfiguration(
        ControllerManager manager,
        Action<RoutingSnapshot> swapped,
        ILogger<RoutingConfiguration> logger
    )
    {
        (_manager, _swapped, _logger) = (manager, swapped, logger);
        _models = Watch<LlmModel>();
        _replicas = Watch<ModelReplica>();
        _roles = Watch<WorkerRole>();
        _policies = Watch<RoutingPolicy>();
        _providers = Watch<InferenceProvider>();
        _keys = Watch<RouterKey>();
    }

    /// <summary>The snapshot for a request that begins now.</summary>
    public RoutingSnapshot Current => _current;

    /// <summary>Completes when the first snapshot is there.</summary>
    public Task FirstSnapshot => _built.Task;

    /// <inheritdoc/>
    public string Name => "routing configuration";

    /// <inheritdoc/>
    public bool NeedsLeaderElection => false;

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                // Changes that come while one snapshot is built are one more snapshot, not many.
                await _changed.WaitAsync(cancellationToken);
                WatchReferencedSecrets();
                _current = RoutingSnapshotBuilder.Build(ReadInputs());
                _swapped(_current);
                LogSwapped(
                    _current.Models.Count,
                    _current.Roles.Count,
                    _current.Policies.Count,
                    _current.Providers.Count
                );
                _built.TrySetResult();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The router stops.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _changed.Dispose();

    private SharedInformer<T> Watch<T>(InformerOptions? options = null)
        where T : KubernetesObject
    {
        SharedInformer<T> informer = _manager.Informer<T>(options);
        informer.AddHandler(new ChangeHandler<T>(this));
        return informer;
    }

    // One informer for each Secret that a provider names: the router may read no others.
    private void WatchReferencedSecrets()
    {
        foreach (InferenceProvider provider in _providers.Lister.List())
        {
            if (provider.Spec.ApiKeySecretRef is not { Name.Length: > 0 } reference)
            {
                continue;
            }

            ObjectKey key = new(provider.Metadata.Namespace, reference.Name);
            if (!_secrets.ContainsKey(key))
            {
                InformerOptions options = new()
                {
                    Namespace = key.Namespace,
                    FieldSelector = $"metadata.name={key.Name}",
                };
                _secrets[key] = Watch<Secret>(options);
            }
        }
    }

    private RoutingInputs ReadInputs() =>
        new()
        {
            Models = _models.Lister.List(),
            Replicas = _replicas.Lister.List(),
            Roles = _roles.Lister.List(),
            Policies = _policies.Lister.List(),
            Providers = _providers.Lister.List(),
            Keys = _keys.Lister.List(),
            Secrets = [.. _secrets.Values.SelectMany(s => s.Lister.List())],
        };

    private void MarkChanged()
    {
        try
        {
            _changed.Release();
        }
        catch (SemaphoreFullException)
        {
            // A rebuild is due already.
        }
    }

    [LoggerMessage(
        Level = LogLevel.Debug,
        Message = "Routing snapshot: {Models} models, {Roles} roles, {Policies} policies, {Providers} providers"
    )]
    private partial void LogSwapped(int models, int roles, int policies, int providers);

    private sealed class ChangeHandler<T>(RoutingConfiguration configuration) : IInformerHandler<T>
        where T : KubernetesObject
    {
        public void OnAdded(T obj, bool isInInitialList) => configuration.MarkChanged();

        public void OnUpdated(T oldObj, T newObj) => configuration.MarkChanged();

        public void OnDeleted(Tombstone<T> tombstone) => configuration.MarkChanged();
    }
}
