using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.NodeAgent.Residents;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>What a replica says when it asks for its place in memory.</summary>
internal sealed class ReplicaTurn(ObjectKey key, EngineGate gate, ReplicaBoard board)
{
    // A guess until it was loaded once.
    private const long UnknownLoadMilliseconds = 5_000;

    /// <summary>The request, with the bytes that are reserved for this version of the object.</summary>
    public TurnRequest Of(ModelReplica replica) =>
        new()
        {
            Name = key.ToString(),
            Bytes = replica
                .Spec.Reservations.GroupBy(r => r.Device)
                .ToDictionary(g => g.Key, g => g.Sum(r => r.TotalBytes)),
            IsShared = replica.Spec.Loading.Memory == LoadingMemory.Shared,
            Idle = () => gate.Idle,
            ReloadCost = () =>
                TimeSpan.FromMilliseconds(
                    board.State.Performance?.LoadMilliseconds ?? UnknownLoadMilliseconds
                ),
        };
}
