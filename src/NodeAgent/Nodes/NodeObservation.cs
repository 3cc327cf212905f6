using LlmOperator.Api.V1Alpha1;
using LlmOperator.NodeAgent.Devices;
using LlmOperator.NodeAgent.Peers.Fetching;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.NodeAgent.Nodes;

/// <summary>What the agent sees of its node at one moment.</summary>
internal sealed record NodeObservation
{
    public required IReadOnlyList<DeviceReading> Devices { get; init; }

    /// <summary>Budget by device name where the spec has none.</summary>
    public required IReadOnlyDictionary<string, long> DefaultBudgets { get; init; }

    public required DiskRoom Disk { get; init; }

    /// <summary>Bytes that new files may take, those of unneeded files included; null when that was not looked at.</summary>
    public long? RoomBytes { get; init; }

    public required IReadOnlyCollection<StoredBlob> Blobs { get; init; }

    /// <summary>What is being pulled.</summary>
    public IReadOnlyList<FetchBoard.Entry> Fetching { get; init; } = [];

    public required IReadOnlyList<NodeEngine> Engines { get; init; }

    /// <summary>Why there is no engine; null when there is one.</summary>
    public string? EngineProblem { get; init; }

    /// <summary>Replicas bound to the node.</summary>
    public required IReadOnlyList<ModelReplica> Replicas { get; init; }

    /// <summary>What loads taught about memory.</summary>
    public IReadOnlyList<MemoryCorrection> Corrections { get; init; } = [];

    public string? Address { get; init; }

    public bool IsStopping { get; init; }

    /// <summary>Whether the readings in the status (use, temperature, free disk) are new enough to stay.</summary>
    public bool KeepsReadings { get; init; }
}
