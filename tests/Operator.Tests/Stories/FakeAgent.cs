using LlmOperator.Api;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Ownership;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;

namespace LlmOperator.Operator.Tests.Stories;

/// <summary>
/// Does to the API what a node agent does: reports a node with a heartbeat, takes the replicas bound to it through
/// stored and ready, and cleans up after those that are deleted. It runs no engine.
/// </summary>
internal sealed class FakeAgent : IAsyncDisposable
{
    private readonly IKubernetesClient _client;
    private readonly FinalizerGuard _finalizer;
    private readonly StatusWriter _status;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private int _beats;

    private FakeAgent(IKubernetesClient client, string node)
    {
        (_client, Node) = (client, node);
        _finalizer = new FinalizerGuard(client, WellKnown.ReplicaFinalizer, WellKnown.NodeAgentFieldManager);
        _status = new StatusWriter(client, WellKnown.NodeAgentFieldManager);
    }

    public string Node { get; }

    /// <summary>While false nothing is stored: the pull takes its time.</summary>
    public volatile bool Stores = true;

    /// <summary>While true a replica that answers goes on as it is: the files of its next version take their time.</summary>
    public volatile bool KeepsAnswering;

    /// <summary>While false nothing becomes ready: the engine takes its time.</summary>
    public volatile bool Loads = true;

    /// <summary>While false deletions are not finished: the engine drains.</summary>
    public volatile bool Stops = true;

    /// <summary>Contexts above this one run the engine out of memory.</summary>
    public volatile int MostContext = int.MaxValue;

    /// <summary>Cache format at which the engine aborts; null for none.</summary>
    public KvCacheType? Aborts { get; set; }

    /// <summary>Bytes in RAM that the engine projects for whatever it is to load; 0 when it does not say.</summary>
    public long ProjectedBytes { get; set; }

    /// <summary>Digest that a download without one turns out to have.</summary>
    public string? FoundDigest { get; set; }

    /// <summary>Room on the disk, as it is reported next; null when the agent does not say.</summary>
    public long? RoomBytes { get; set; }

    public static async Task<FakeAgent> StartAsync(
        IKubernetesClient client,
        string node,
        long cpuMiB,
        long[] gpuMiB,
        CancellationToken cancellationToken
    )
    {
        FakeAgent agent = new(client, node);
        await agent.ReportAsync(cpuMiB, gpuMiB, cancellationToken);
        await agent.BeatAsync(cancellationToken);
        agent._running = Task.Run(agent.RunAsync, CancellationToken.None);
        return agent;
    }

    /// <summary>Reports the node's devices.</summary>
    public async Task ReportAsync(long cpuMiB, long[] gpuMiB, CancellationToken cancellationToken)
    {
        LlmNode node = await _client.ApplyAsync(
            new LlmNode { Metadata = new ObjectMeta { Name = Node } },
            new ApplyOptions { FieldManager = WellKnown.NodeAgentFieldManager, Force = true },
            cancellationToken
        );
        LlmNodeStatus status = new()
        {
            ObservedGeneration = node.Metadata.Generation,
            Conditions = (node.Status?.Conditions).Set(
                LlmNodeConditions.Ready,
                ConditionStatus.True,
                LlmNodeConditions.AgentReady,
                "",
                node.Metadata.Generation,
                TimeProvider.System.GetUtcNow()
            ),
            Disk = RoomBytes is { } room ? new NodeDisk { RoomBytes = room } : null,
            Engines = [new NodeEngine { Name = "llama-server", Kind = EngineKind.LlamaCpp }],
            Devices =
            [
                Device("CPU", DeviceKind.Cpu, cpuMiB),
                .. gpuMiB.Select((m, i) => Device($"CUDA{i}", DeviceKind.Gpu, m)),
            ],
        };
        await _status.WriteAsync<LlmNode, LlmNodeSpec, LlmNodeStatus>(node, status, cancellationToken);
    }

    /// <summary>The process dies: no heartbeat, no reports, nothing is cleaned up.</summary>
    public async Task KillAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _stop.Dispose();
    }

    private static NodeDevice Device(string name, DeviceKind kind, long mib) =>
        new()
        {
            Name = name,
            Kind = kind,
            MemoryBytes = mib << 20,
            BudgetBytes = mib << 20,
        };

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await BeatAsync(_stop.Token);
                KubernetesList<ModelReplica> bound = await _client.ListAsync<ModelReplica>(
                    new ListOptions { LabelSelector = $"{WellKnown.NodeLabel}={Node}" },
                    _stop.Token
                );
                foreach (ModelReplica replica in bound.Items)
                {
                    await ReconcileAsync(replica);
                }

                await Task.Delay(25, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Killed.
        }
    }

    private async Task BeatAsync(CancellationToken cancellationToken) =>
        await _client.ApplyAsync(
            new Lease
            {
                Metadata = new ObjectMeta { Name = Node, Namespace = WellKnown.NodeLeaseNamespace },
                Spec = new LeaseSpec
                {
                    HolderIdentity = $"{Node}-{_beats++ / 4}",
                    LeaseDurationSeconds = 2,
                    RenewTime = TimeProvider.System.GetUtcNow(),
                },
            },
            new ApplyOptions { FieldManager = WellKnown.NodeAgentFieldManager, Force = true },
            cancellationToken
        );

    private async Task ReconcileAsync(ModelReplica replica)
    {
        try
        {
            switch (await _finalizer.EnsureAsync(replica, _stop.Token))
            {
                case FinalizerStep.Cleanup when Stops:
                    await _finalizer.RemoveAsync(replica, _stop.Token);
                    break;
                case FinalizerStep.Apply:
                    await _status.WriteAsync<ModelReplica, ModelReplicaSpec, ModelReplicaStatus>(
                        replica,
                        StatusOf(replica),
                        _stop.Token
                    );
                    break;
            }
        }
        catch (KubernetesApiException e) when (e.IsNotFound || e.IsConflict)
        {
            // Gone or changed meanwhile: the next round sees it.
        }
    }

    private ModelReplicaStatus StatusOf(ModelReplica replica)
    {
        if (
            KeepsAnswering
            && replica.Status is { Residency: Residency.Loaded } answering
            && answering.Digest != replica.Spec.Artifact.Digest
        )
        {
            return answering with
            {
                Pull = new ReplicaPull { State = PullState.Pulling, Summary = "43%" },
            };
        }

        long generation = replica.Metadata.Generation;
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        bool ranOut = replica.Spec.Engine.ContextLength > MostContext;
        bool exceeds = ProjectedBytes > replica.Spec.Reservations.Sum(r => r.TotalBytes);
        bool aborts = replica.Spec.Engine.KvCacheType == Aborts;
        bool ready = Stores && Loads && !ranOut && !exceeds && !aborts;
        IReadOnlyList<Condition> conditions = (replica.Status?.Conditions)
            .Set(
                ModelReplicaConditions.Stored,
                Stores ? ConditionStatus.True : ConditionStatus.False,
                Stores ? ModelReplicaConditions.Verified : ModelReplicaConditions.Pulling,
                "",
                generation,
                now
            )
            .Set(
                ModelReplicaConditions.Loaded,
                ready ? ConditionStatus.True : ConditionStatus.False,
                ready ? ModelReplicaConditions.EngineRunning
                    : ranOut ? ModelReplicaConditions.OutOfMemory
                    : aborts ? ModelReplicaConditions.EngineCheckFailed
                    : exceeds ? ModelReplicaConditions.ReservationExceeded
                    : ModelReplicaConditions.EngineStarting,
                "",
                generation,
                now
            )
            .Set(
                ModelReplicaConditions.Ready,
                ready ? ConditionStatus.True : ConditionStatus.False,
                ready ? ModelReplicaConditions.EngineRunning : ModelReplicaConditions.EngineStarting,
                "",
                generation,
                now
            );
        return new ModelReplicaStatus
        {
            ObservedGeneration = generation,
            Conditions = conditions,
            Pull = new ReplicaPull { State = Stores ? PullState.Stored : PullState.Pulling, Summary = "43%" },
            Memory = new ReplicaMemory
            {
                Devices = [new ReplicaDeviceMemory { Device = "CPU", Projected = ProjectedBytes }],
            },
            Residency = ready ? Residency.Loaded : Residency.Unloaded,
            Endpoint = $"http://127.0.0.1:1/replicas/{replica.Key}",
            Digest = Stores ? FoundDigest ?? replica.Spec.Artifact.Digest : null,
        };
    }
}
