using LlmOperator.Controllers.Events;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.NodeAgent.Devices;
using LlmOperator.NodeAgent.Memory;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Residents;
using LlmOperator.NodeAgent.Store;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>What all replicas of a node share.</summary>
internal sealed record ReplicaContext
{
    public required NodeAgentOptions Options { get; init; }

    public required IKubernetesClient Client { get; init; }

    public required StatusWriter Status { get; init; }

    public required IEventRecorder Events { get; init; }

    public required ModelStore Store { get; init; }

    public required ModelPuller Puller { get; init; }

    public required EngineCatalog Engines { get; init; }

    /// <summary>The node's devices.</summary>
    public required IDeviceInventory Devices { get; init; }

    /// <summary>What engines use.</summary>
    public required EngineMemory Memory { get; init; }

    /// <summary>Who is in memory, and who may come in.</summary>
    public required MemoryTurns Turns { get; init; }

    /// <summary>What loads taught.</summary>
    public required MemoryCorrections Corrections { get; init; }

    /// <summary>Base URL of the serving port; null before it is open.</summary>
    public required Func<Uri?> Address { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILoggerFactory Loggers { get; init; }
}
