using LlmOperator.Api;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Ownership;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;

namespace LlmOperator.Operator.Tests.Storms;

/// <summary>
/// Many nodes in one loop: each replica is pulled in steps and becomes ready, as agents report it. The heartbeats hold
/// for the whole test.
/// </summary>
internal sealed class PlayedNodes : IAsyncDisposable
{
    private const long Budget = 8L << 30;
    private static readonly string[] s_steps = ["10%", "40%", "70%"];
    private readonly IKubernetesClient _client;
    private readonly FinalizerGuard _finalizer;
    private readonly StatusWriter _status;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, int> _looks = [];
    private readonly int _count;
    private Task _running = Task.CompletedTask;

    private PlayedNodes(IKubernetesClient client, int count)
    {
        (_client, _count) = (client, count);
        _finalizer = new FinalizerGuard(client, WellKnown.ReplicaFinalizer, WellKnown.NodeAgentFieldManager);
        _status = new StatusWriter(client, WellKnown.NodeAgentFieldManager);
    }

    public static async Task<PlayedNodes> StartAsync(
        IKubernetesClient client,
        int count,
        CancellationToken cancellationToken
    )
    {
        PlayedNodes nodes = new(client, count);
        await nodes.ReportAsync(usedBytes: 0, cancellationToken);
        for (int node = 0; node < count; node++)
        {
            await nodes.HoldAsync($"node-{node}", cancellationToken);
        }

        nodes._running = Task.Run(nodes.RunAsync, CancellationToken.None);
        return nodes;
    }

    /// <summary>Every node reports what its devices use now.</summary>
    public async Task ReportAsync(long usedBytes, CancellationToken cancellationToken)
    {
        for (int i = 0; i < _count; i++)
        {
            LlmNode node = await _client.ApplyAsync(
                new LlmNode { Metadata = new ObjectMeta { Name = $"node-{i}" } },
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
                Engines = [new NodeEngine { Name = "llama-server", Kind = EngineKind.LlamaCpp }],
                Devices =
                [
                    new NodeDevice
                    {
                        Name = "CPU",
                        Kind = DeviceKind.Cpu,
                        MemoryBytes = Budget,
                        BudgetBytes = Budget,
                        UsedBytes = usedBytes,
                    },
                ],
            };
            await _status.WriteAsync<LlmNode, LlmNodeSpec, LlmNodeStatus>(node, status, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private Task<Lease> HoldAsync(string node, CancellationToken cancellationToken) =>
        _client.ApplyAsync(
            new Lease
            {
                Metadata = new ObjectMeta { Name = node, Namespace = WellKnown.NodeLeaseNamespace },
                Spec = new LeaseSpec
                {
                    HolderIdentity = node,
                    LeaseDurationSeconds = 3600,
                    RenewTime = TimeProvider.System.GetUtcNow(),
                },
            },
            new ApplyOptions { FieldManager = WellKnown.NodeAgentFieldManager, Force = true },
            cancellationToken
        );

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                KubernetesList<ModelReplica> all = await _client.ListAsync<ModelReplica>(
                    new ListOptions(),
                    _stop.Token
                );
                foreach (ModelReplica replica in all.Items)
                {
                    await ReconcileAsync(replica);
                }

                await Task.Delay(50, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private async Task ReconcileAsync(ModelReplica replica)
    {
        try
        {
            switch (await _finalizer.EnsureAsync(replica, _stop.Token))
            {
                case FinalizerStep.Cleanup:
                    await _finalizer.RemoveAsync(replica, _stop.Token);
                    break;
                case FinalizerStep.Apply:
                    int looks = _looks[replica.Metadata.Uid!] = Math.Min(
                        s_steps.Length,
                        _looks.GetValueOrDefault(replica.Metadata.Uid!, -1) + 1
                    );
                    await _status.WriteAsync<ModelReplica, ModelReplicaSpec, ModelReplicaStatus>(
                        replica,
                        StatusOf(replica, looks),
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

    private static ModelReplicaStatus StatusOf(ModelReplica replica, int step)
    {
        bool isReady = step == s_steps.Length;
        IReadOnlyList<Condition>? conditions = replica.Status?.Conditions;
        foreach (string type in new[] { ModelReplicaConditions.Stored, ModelReplicaConditions.Ready })
        {
            conditions = conditions.Set(
                type,
                isReady ? ConditionStatus.True : ConditionStatus.False,
                isReady ? ModelReplicaConditions.EngineRunning : ModelReplicaConditions.Pulling,
                "",
                replica.Metadata.Generation,
                TimeProvider.System.GetUtcNow()
            );
        }

        return new ModelReplicaStatus
        {
            ObservedGeneration = replica.Metadata.Generation,
            Conditions = conditions!,
            Pull = new ReplicaPull
            {
                State = isReady ? PullState.Stored : PullState.Pulling,
                Summary = isReady ? "100%" : s_steps[step],
            },
            Residency = isReady ? Residency.Loaded : Residency.Unloaded,
            Endpoint = isReady ? $"http://127.0.0.1:1/replicas/{replica.Key}" : null,
            Digest = isReady ? replica.Spec.Artifact.Digest : null,
        };
    }
}
