using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Router.Configuration;

namespace LlmOperator.Router.Tests;

/// <summary>Objects for routing, in one namespace.</summary>
internal sealed class World
{
    private readonly List<LlmModel> _models = [];
    private readonly List<ModelReplica> _replicas = [];
    private readonly List<WorkerRole> _roles = [];
    private readonly List<RoutingPolicy> _policies = [];
    private readonly List<InferenceProvider> _providers = [];
    private readonly List<Secret> _secrets = [];
    private readonly List<RouterKey> _keys = [];

    public RoutingInputs Inputs =>
        new()
        {
            Models = _models,
            Replicas = _replicas,
            Roles = _roles,
            Policies = _policies,
            Providers = _providers,
            Secrets = _secrets,
            Keys = _keys,
        };

    public RoutingSnapshot Snapshot => RoutingSnapshotBuilder.Build(Inputs);

    public static ObjectMeta Meta(string name) => new() { Name = name, Namespace = "default" };

    public static RouteTarget Local(string model, int weight = 1) => new() { Model = model, Weight = weight };

    public static RouteTarget Remote(string provider, string model = "large", int weight = 1) =>
        new()
        {
            Provider = provider,
            Model = model,
            Weight = weight,
        };

    public World Model(string name, params Uri[] endpoints)
    {
        _models.Add(new LlmModel { Metadata = Meta(name) });
        for (int i = 0; i < endpoints.Length; i++)
        {
            _replicas.Add(Replica($"{name}-{i}", name, endpoints[i], ConditionStatus.True));
        }

        return this;
    }

    /// <summary>A model whose replicas are known to have the same weights.</summary>
    public World ModelWithDigest(string name, params Uri[] endpoints)
    {
        Model(name, endpoints);
        for (int i = _replicas.Count - endpoints.Length; i < _replicas.Count; i++)
        {
            _replicas[i] = _replicas[i] with
            {
                Status = _replicas[i].Status! with { Digest = "sha256:" + new string('a', 64) },
            };
        }

        return this;
    }

    public World NotReadyModel(string name, string reason, string message)
    {
        Condition ready = new()
        {
            Type = LlmModelConditions.Ready,
            Status = ConditionStatus.False,
            Reason = reason,
            Message = message,
        };
        _models.Add(
            new LlmModel
            {
                Metadata = Meta(name),
                Status = new LlmModelStatus { Conditions = [ready] },
            }
        );
        _replicas.Add(Replica(name + "-0", name, new Uri("http://127.0.0.1:1/"), ConditionStatus.False));
        return this;
    }

    /// <summary>An on-demand model.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="residency">Where its one replica stands.</param>
    /// <param name="pull">Its download; null when it is stored.</param>
    /// <param name="endpoint">The replica's endpoint; null while it is pulled.</param>
    /// <param name="loadMilliseconds">How long it took to load the last time; 0 for never.</param>
    public World OnDemandModel(
        string name,
        Uri? endpoint,
        Residency residency = Residency.Unloaded,
        ReplicaPull? pull = null,
        long loadMilliseconds = 0
    )
    {
        _models.Add(new LlmModel { Metadata = Meta(name) });
        ModelReplica replica = Replica(
            name + "-0",
            name,
            endpoint ?? new Uri("http://127.0.0.1:1/"),
            endpoint is null ? ConditionStatus.False : ConditionStatus.True
        );
        _replicas.Add(
            replica with
            {
                Spec = replica.Spec with { Loading = new ModelLoading { Mode = LoadingMode.OnDemand } },
                Status = replica.Status! with
                {
                    Residency = residency,
                    Pull = pull,
                    Endpoint = endpoint is null ? null : replica.Status!.Endpoint,
                    Performance = new ReplicaPerformance { LoadMilliseconds = loadMilliseconds },
                    Conditions =
                    [
                        replica.Status!.Conditions[0] with
                        {
                            Reason =
                                endpoint is null ? ModelReplicaConditions.Pulling
                                : residency == Residency.Loaded ? ModelReplicaConditions.EngineRunning
                                : ModelReplicaConditions.OnDemand,
                        },
                    ],
                },
            }
        );
        return this;
    }

    public World Role(string name, WorkerRoleSpec spec)
    {
        _roles.Add(new WorkerRole { Metadata = Meta(name), Spec = spec });
        return this;
    }

    public World Policy(string name, RoutingPolicySpec spec)
    {
        _policies.Add(new RoutingPolicy { Metadata = Meta(name), Spec = spec });
        return this;
    }

    public World Provider(
        string name,
        string baseUrl,
        SecretKeyReference? key = null,
        params ProviderModel[] models
    )
    {
        InferenceProviderSpec spec = new()
        {
            BaseUrl = baseUrl,
            ApiKeySecretRef = key,
            Models =
                models.Length > 0
                    ? models
                    : [new ProviderModel { Name = "large", UpstreamName = "large-2026" }],
        };
        _providers.Add(new InferenceProvider { Metadata = Meta(name), Spec = spec });
        return this;
    }

    public World Provider(string name, ProviderDialect dialect, Uri baseUrl, SecretKeyReference key)
    {
        InferenceProviderSpec spec = new()
        {
            Dialect = dialect,
            BaseUrl = baseUrl.ToString().TrimEnd('/'),
            ApiKeySecretRef = key,
            Models = [new ProviderModel { Name = "large", UpstreamName = "large-2026" }],
        };
        _providers.Add(new InferenceProvider { Metadata = Meta(name), Spec = spec });
        return this;
    }

    /// <summary>All providers so far get trace contexts.</summary>
    public World SendTraceContexts()
    {
        for (int i = 0; i < _providers.Count; i++)
        {
            InferenceProvider provider = _providers[i];
            _providers[i] = provider with
            {
                Spec = provider.Spec with { TraceContext = TraceContextSharing.Sent },
            };
        }

        return this;
    }

    public World Key(string name, string key, RouterKeySpec? spec = null, string ns = "default")
    {
        string hash = Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key))
        );
        _keys.Add(
            new RouterKey
            {
                Metadata = new ObjectMeta { Name = name, Namespace = ns },
                Spec = (spec ?? new RouterKeySpec()) with { Sha256 = hash },
            }
        );
        return this;
    }

    public World Secret(string name, string key, string value)
    {
        Dictionary<string, byte[]> data = new() { [key] = System.Text.Encoding.UTF8.GetBytes(value) };
        _secrets.Add(new Secret { Metadata = Meta(name), Data = data });
        return this;
    }

    private static ModelReplica Replica(string name, string model, Uri endpoint, ConditionStatus ready) =>
        new()
        {
            Metadata = Meta(name),
            Spec = new ModelReplicaSpec { ModelName = model, NodeName = "node-of-" + name },
            Status = new ModelReplicaStatus
            {
                Endpoint = endpoint.ToString().TrimEnd('/'),
                Conditions =
                [
                    new Condition
                    {
                        Type = ModelReplicaConditions.Ready,
                        Status = ready,
                        Reason = ModelReplicaConditions.EngineRunning,
                    },
                ],
            },
        };
}
