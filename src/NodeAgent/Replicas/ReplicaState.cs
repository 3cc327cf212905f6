using LlmOperator.Api.V1Alpha1;
using LlmOperator.NodeAgent.Memory;
using LlmOperator.NodeAgent.Pulling;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>What the agent knows of a replica. Immutable; <see cref="Next"/> is the only way from one to another.</summary>
internal sealed record ReplicaState
{
    public long Generation { get; init; }

    public PullProgress? Pull { get; init; }

    public bool IsStored { get; init; }

    public string? Digest { get; init; }

    public string? ChatTemplateSha256 { get; init; }

    public Residency Residency { get; init; }

    /// <summary>What is in the way; null when nothing is.</summary>
    public ReplicaFailure? Failure { get; init; }

    public ReplicaMemory? Memory { get; init; }

    public ReplicaPerformance? Performance { get; init; }

    public ReplicaProcess? Process { get; init; }

    public bool IsStopping { get; init; }

    /// <summary>
    /// True when nothing more comes by itself that was there before the agent's restart: it is in memory, or waits for a
    /// request, a download or a remedy.
    /// </summary>
    public bool IsSettled(LoadingMode mode) =>
        Residency == Residency.Loaded
        || Failure is not null
        || Pull?.State is PullState.Pulling or PullState.Failed
        || (IsStored && mode is LoadingMode.OnDemand or LoadingMode.StoreOnly);

    /// <summary>The state after something happened.</summary>
    public ReplicaState Next(ReplicaEvent happened) =>
        happened switch
        {
            ReplicaEvent.SpecTaken taken => new ReplicaState
            {
                Generation = taken.Generation,
                Process = Process is { } process
                    ? new ReplicaProcess { Restarts = process.Restarts, LastExit = process.LastExit }
                    : null,
            },
            ReplicaEvent.SpecKept kept => this with { Generation = kept.Generation },
            ReplicaEvent.FilesChanged => this with { IsStored = false, Digest = null },
            ReplicaEvent.Pulled pulled => this with { Pull = pulled.Progress },
            ReplicaEvent.FilesStored stored => this with
            {
                IsStored = true,
                Digest = stored.Digest,
                Pull = stored.Progress ?? Pull,
                Failure = null,
            },
            ReplicaEvent.HeaderRead read => this with { ChatTemplateSha256 = read.ChatTemplateSha256 },
            ReplicaEvent.Failed failed => this with
            {
                Failure = failed.Failure,
                Residency = Residency.Unloaded,
                Process = WithoutEngine(Process, failed.LastExit),
            },
            ReplicaEvent.Loading => this with { Residency = Residency.Loading },
            ReplicaEvent.Projected projected => this with { Memory = projected.Memory },
            ReplicaEvent.EngineReady ready => this with
            {
                Residency = Residency.Loaded,
                Failure = null,
                Performance = ready.Performance ?? Performance,
                Process = new ReplicaProcess
                {
                    ProcessId = ready.ProcessId,
                    EngineVersion = ready.EngineVersion,
                    StartedAt = ready.StartedAt,
                    Restarts = Process?.Restarts ?? 0,
                    LastExit = Process?.LastExit,
                },
            },
            ReplicaEvent.MemoryMeasured measured => this with
            {
                Memory = MemoryTruth.Observed(Memory ?? new ReplicaMemory(), measured.Bytes),
            },
            ReplicaEvent.EngineExited exited => this with
            {
                Residency = Residency.Unloaded,
                Failure = new ReplicaFailure(exited.Reason, exited.Message),
                Memory = Memory is null ? null : MemoryTruth.Unloaded(Memory),
                Process = WithoutEngine(Process, exited.LastExit) with
                {
                    Restarts = (Process?.Restarts ?? 0) + 1,
                },
            },
            ReplicaEvent.Draining => this with { Residency = Residency.Draining },
            ReplicaEvent.Unloaded => this with
            {
                Residency = Residency.Unloaded,
                Memory = Memory is null ? null : MemoryTruth.Unloaded(Memory),
                Process = WithoutEngine(Process, null),
            },
            ReplicaEvent.Stopping => this with { IsStopping = true },
            _ => throw new ArgumentException("An unknown event.", nameof(happened)),
        };

    private static ReplicaProcess WithoutEngine(ReplicaProcess? process, string? lastExit) =>
        new() { Restarts = process?.Restarts ?? 0, LastExit = lastExit ?? process?.LastExit };
}
