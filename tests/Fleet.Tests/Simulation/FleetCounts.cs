using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;

namespace LlmOperator.Fleet.Tests.Simulation;

/// <summary>What a fleet asked of the API server and of the origin until all models were everywhere.</summary>
internal sealed record FleetCounts
{
    public required FleetOptions Options { get; init; }

    /// <summary>From the start of the first node.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Writes of all since the models were there.</summary>
    public required int Writes { get; init; }

    /// <summary>Agents' writes of a replica's status, for each replica.</summary>
    public required IReadOnlyList<int> ReplicaStatus { get; init; }

    /// <summary>Agents' writes of a node's status, for each node.</summary>
    public required IReadOnlyList<int> NodeStatus { get; init; }

    /// <summary>Agents' events, for each node.</summary>
    public required IReadOnlyList<int> NodeEvents { get; init; }

    /// <summary>Renewals of a node's lease, for each node.</summary>
    public required IReadOnlyList<int> Leases { get; init; }

    /// <summary>Agents' writes of a replica itself, for each replica.</summary>
    public required IReadOnlyList<int> ReplicaFinalizers { get; init; }

    /// <summary>All other writes of agents.</summary>
    public required int OtherAgentWrites { get; init; }

    /// <summary>The operator's writes of replicas, for each replica.</summary>
    public required IReadOnlyList<int> Replicas { get; init; }

    /// <summary>The operator's writes of a model's status, for each model.</summary>
    public required IReadOnlyList<int> ModelStatus { get; init; }

    /// <summary>The operator's events.</summary>
    public required int OperatorEvents { get; init; }

    /// <summary>All other writes of the operator.</summary>
    public required int OtherOperatorWrites { get; init; }

    /// <summary>Requests of agents to the origin, for each model.</summary>
    public required IReadOnlyList<int> OriginRequests { get; init; }

    /// <summary>Requests of the operator to the origin, for each model.</summary>
    public required IReadOnlyList<int> Inspections { get; init; }

    /// <summary>Bytes that agents got from the origin over those of the file, for each model.</summary>
    public required IReadOnlyList<double> Copies { get; init; }

    /// <summary>Units of the largest model.</summary>
    public required int Units { get; init; }

    public static FleetCounts Of(
        FleetOptions options,
        IReadOnlyList<FleetNode> nodes,
        CallCounts controller,
        FleetOrigin origin,
        int writesBefore,
        TimeSpan elapsed
    )
    {
        int[] models = [.. Enumerable.Range(0, options.Models)];
        ObjectKey[] replicas = [.. controller.KeysOf<ModelReplica>()];
        int[] replicaStatus =
        [
            .. replicas.Select(key => nodes.Sum(node => node.Calls.StatusWrites<ModelReplica>(key))),
        ];
        int[] finalizers =
        [
            .. replicas.Select(key => nodes.Sum(node => node.Calls.Writes<ModelReplica>(key))),
        ];
        int[] nodeStatus = [.. nodes.Select(node => node.Calls.StatusWrites<LlmNode>())];
        int[] events =
        [
            .. nodes.Select(node => node.Calls.Writes<KubernetesEvent>() + node.Calls.Writes<CoreEvent>()),
        ];
        int[] leases = [.. nodes.Select(node => node.Calls.Writes<Lease>())];
        int[] written = [.. replicas.Select(key => controller.Writes<ModelReplica>(key))];
        int[] modelStatus =
        [
            .. models.Select(model =>
                controller.StatusWrites<LlmModel>(new ObjectKey("default", SimulatedFleet.NameOf(model)))
            ),
        ];
        int operatorEvents = controller.Writes<KubernetesEvent>() + controller.Writes<CoreEvent>();
        int agents = nodes.Sum(node => node.Calls.AllWrites);
        return new FleetCounts
        {
            Options = options,
            Elapsed = elapsed,
            Writes = agents + controller.AllWrites - writesBefore,
            ReplicaStatus = replicaStatus,
            ReplicaFinalizers = finalizers,
            NodeStatus = nodeStatus,
            NodeEvents = events,
            Leases = leases,
            OtherAgentWrites =
                agents
                - replicaStatus.Sum()
                - finalizers.Sum()
                - nodeStatus.Sum()
                - events.Sum()
                - leases.Sum(),
            Replicas = written,
            ModelStatus = modelStatus,
            OperatorEvents = operatorEvents,
            OtherOperatorWrites = controller.AllWrites - written.Sum() - modelStatus.Sum() - operatorEvents,
            OriginRequests = [.. models.Select(origin.RequestsOf)],
            Inspections = [.. models.Select(origin.InspectionsOf)],
            Copies = [.. models.Select(model => origin.GivenOf(model) / (double)origin.SizeOf(model))],
            Units = models.Max(model => (int)((origin.SizeOf(model) - 1) / options.UnitBytes) + 1),
        };
    }
}
