using System.Diagnostics.Metrics;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Operator.Metrics;

/// <summary>
/// The state of nodes, models and replicas as gauges, read from the caches when somebody collects. Only the leader
/// tells it, so that a sum over all operators counts nothing twice.
/// </summary>
internal sealed class StateMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "LlmOperator.Operator";

    private readonly Meter _meter = new(MeterName);
    private readonly ControllerManager _manager;

    public StateMetrics(ControllerManager manager)
    {
        _manager = manager;
        _meter.CreateObservableGauge(
            "llmop.operator.leader",
            () => manager.IsLeader ? 1 : 0,
            description: "1 on the operator that leads, 0 on the others."
        );
        AddModels(manager.Informer<LlmModel>().Lister);
        AddNodes(manager.Informer<LlmNode>().Lister);
        AddReplicas(manager.Informer<ModelReplica>().Lister);
        AddRoutes(manager);
    }

    public void Dispose() => _meter.Dispose();

    private void AddModels(ILister<LlmModel> models)
    {
        Gauge(
            "llmop.model.ready",
            "1 when all wanted replicas of a model answer.",
            models,
            m => [new(m.Status?.Conditions.IsTrue(LlmModelConditions.Ready) == true ? 1 : 0, Model(m))]
        );
        Gauge(
            "llmop.model.stalled",
            "1 when a model waits for a person.",
            models,
            m => [new(m.Status?.Conditions.IsTrue(LlmModelConditions.Stalled) == true ? 1 : 0, Model(m))]
        );
        Gauge(
            "llmop.model.replicas.desired",
            "Replicas wanted of a model.",
            models,
            m => [new(m.Spec.Placement.Replicas, Model(m))]
        );
        Gauge(
            "llmop.model.replicas.ready",
            "Replicas of a model that answer.",
            models,
            m => [new(m.Status?.Replicas?.Ready ?? 0, Model(m))]
        );
    }

    private void AddNodes(ILister<LlmNode> nodes)
    {
        Gauge(
            "llmop.node.ready",
            "1 when a node's agent reports and an engine is there.",
            nodes,
            n =>
                [
                    new(
                        n.Status?.Conditions.IsTrue(LlmNodeConditions.Ready) == true ? 1 : 0,
                        Tag("node", n.Metadata.Name)
                    ),
                ]
        );
        Disk(nodes, "llmop.node.disk.size", "Bytes of the disk with the models.", d => d.TotalBytes);
        Disk(nodes, "llmop.node.disk.free", "Bytes free on the disk with the models.", d => d.FreeBytes);
        Device(
            nodes,
            "llmop.node.device.memory.size",
            "By",
            "Bytes of memory of a device.",
            d => d.MemoryBytes
        );
        Device(
            nodes,
            "llmop.node.device.memory.budget",
            "By",
            "Bytes that models may use.",
            d => d.BudgetBytes
        );
        Device(
            nodes,
            "llmop.node.device.memory.reserved",
            "By",
            "Bytes that replicas hold of the budget.",
            d => d.ReservedBytes
        );
        Device(
            nodes,
            "llmop.node.device.memory.used",
            "By",
            "Bytes in use by anybody, as measured.",
            d => d.UsedBytes
        );
        Device(
            nodes,
            "llmop.node.device.temperature",
            "Cel",
            "Temperature of a device.",
            d => d.TemperatureCelsius
        );
        Device(
            nodes,
            "llmop.node.device.busy.ratio",
            null,
            "Share of time that a device was busy.",
            d => d.UtilizationPercent / 100.0
        );
    }

    private void AddReplicas(ILister<ModelReplica> replicas)
    {
        Gauge(
            "llmop.replica.ready",
            "1 when a replica answers.",
            replicas,
            r => [new(r.Status?.Conditions.IsTrue(ModelReplicaConditions.Ready) == true ? 1 : 0, Replica(r))]
        );
        _meter.CreateObservableCounter(
            "llmop.replica.engine.restarts",
            () =>
                Read<ModelReplica, long>(replicas, r => [new(r.Status?.Process?.Restarts ?? 0, Replica(r))]),
            description: "Restarts of a replica's engine after it died by itself."
        );
        Pull(
            "llmop.replica.pull.completed",
            "Bytes of a replica's running download that are there.",
            p => p.CompletedBytes
        );
        Pull("llmop.replica.pull.size", "Bytes of a replica's running download in all.", p => p.TotalBytes);

        void Pull(string name, string description, Func<ReplicaPull, long> value) =>
            Gauge(
                name,
                description,
                replicas,
                r =>
                    r.Status?.Pull is { State: not PullState.Stored } pull
                        ? [new(value(pull), Replica(r))]
                        : [],
                "By"
            );
    }

    private void AddRoutes(ControllerManager manager)
    {
        ILister<WorkerRole> roles = manager.Informer<WorkerRole>().Lister;
        ILister<RoutingPolicy> policies = manager.Informer<RoutingPolicy>().Lister;
        ILister<InferenceProvider> providers = manager.Informer<InferenceProvider>().Lister;
        _meter.CreateObservableGauge(
            "llmop.route.ready",
            () =>
                (IEnumerable<Measurement<long>>)
                    [
                        .. Read(roles, r => Ready("WorkerRole", r, r.Status)),
                        .. Read(policies, p => Ready("RoutingPolicy", p, p.Status)),
                        .. Read(providers, p => Ready("InferenceProvider", p, p.Status)),
                    ],
            description: "1 when a role, policy or provider is sound and all that it names exists."
        );

        static IEnumerable<Measurement<long>> Ready(string kind, KubernetesObject o, RoutingStatus? status) =>
            [
                new(
                    status?.Conditions.IsTrue(RoutingConditions.Ready) == true ? 1 : 0,
                    Tag("kind", kind),
                    Tag("namespace", o.Metadata.Namespace),
                    Tag("name", o.Metadata.Name)
                ),
            ];
    }

    private void Disk(ILister<LlmNode> nodes, string name, string description, Func<NodeDisk, long> value) =>
        Gauge(
            name,
            description,
            nodes,
            n => n.Status?.Disk is { } disk ? [new(value(disk), Tag("node", n.Metadata.Name))] : [],
            "By"
        );

    private void Device(
        ILister<LlmNode> nodes,
        string name,
        string? unit,
        string description,
        Func<NodeDevice, double?> value
    ) =>
        _meter.CreateObservableGauge(
            name,
            () =>
                Read<LlmNode, double>(
                    nodes,
                    n =>
                        (n.Status?.Devices ?? [])
                            .Where(d => value(d) is not null)
                            .Select(d => new Measurement<double>(
                                value(d)!.Value,
                                Tag("node", n.Metadata.Name),
                                Tag("device", d.Name)
                            ))
                ),
            unit,
            description
        );

    private void Gauge<T>(
        string name,
        string description,
        ILister<T> lister,
        Func<T, IEnumerable<Measurement<long>>> measure,
        string? unit = null
    )
        where T : KubernetesObject =>
        _meter.CreateObservableGauge(name, () => Read(lister, measure), unit, description);

    private IEnumerable<Measurement<TValue>> Read<T, TValue>(
        ILister<T> lister,
        Func<T, IEnumerable<Measurement<TValue>>> measure
    )
        where T : KubernetesObject
        where TValue : struct => _manager.IsLeader ? lister.List().SelectMany(measure) : [];

    private static KeyValuePair<string, object?>[] Model(LlmModel model) =>
        [Tag("namespace", model.Metadata.Namespace), Tag("model", model.Metadata.Name)];

    private static KeyValuePair<string, object?>[] Replica(ModelReplica replica) =>
        [
            Tag("namespace", replica.Metadata.Namespace),
            Tag("model", replica.Spec.ModelName),
            Tag("node", replica.Spec.NodeName),
        ];

    private static KeyValuePair<string, object?> Tag(string name, string? value) => new(name, value);
}
