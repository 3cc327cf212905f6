using LlmOperator.Api.V1Alpha1;
using LlmOperator.NodeAgent.Pulling;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>What can happen to a replica: closed hierarchy.</summary>
internal abstract record ReplicaEvent
{
    private ReplicaEvent() { }

    /// <summary>A new spec is worked on.</summary>
    public sealed record SpecTaken(long Generation) : ReplicaEvent;

    /// <summary>The spec changed in nothing that the engine runs with.</summary>
    public sealed record SpecKept(long Generation) : ReplicaEvent;

    /// <summary>A file that lies outside of the store is not the one that was verified any more.</summary>
    public sealed record FilesChanged : ReplicaEvent;

    public sealed record Pulled(PullProgress Progress) : ReplicaEvent;

    public sealed record FilesStored(string? Digest, PullProgress? Progress) : ReplicaEvent;

    /// <summary>The header of the stored file was read.</summary>
    /// <param name="ChatTemplateSha256">Hash of its chat template; null without one.</param>
    public sealed record HeaderRead(string? ChatTemplateSha256) : ReplicaEvent;

    public sealed record Failed(ReplicaFailure Failure, string? LastExit = null) : ReplicaEvent;

    public sealed record Loading : ReplicaEvent;

    /// <summary>The engine said what it will need.</summary>
    /// <param name="Memory">By device, beside what is reserved.</param>
    public sealed record Projected(ReplicaMemory Memory) : ReplicaEvent;

    public sealed record EngineReady(
        int? ProcessId,
        string? EngineVersion,
        DateTimeOffset StartedAt,
        ReplicaPerformance? Performance
    ) : ReplicaEvent;

    /// <summary>What the engine's process uses was read.</summary>
    /// <param name="Bytes">By device.</param>
    public sealed record MemoryMeasured(IReadOnlyDictionary<string, long> Bytes) : ReplicaEvent;

    public sealed record EngineExited(string Reason, string Message, string LastExit) : ReplicaEvent;

    public sealed record Draining : ReplicaEvent;

    public sealed record Unloaded : ReplicaEvent;

    /// <summary>The replica is being deleted, or the agent ends.</summary>
    public sealed record Stopping : ReplicaEvent;
}
