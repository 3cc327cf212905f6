namespace LlmOperator.Api.V1Alpha1;

/// <summary>The engine's process.</summary>
public sealed record ReplicaProcess
{
    /// <summary>Process id on the node; absent when the engine is not ours to start.</summary>
    public int? ProcessId { get; init; }

    /// <summary>Version of the engine.</summary>
    public string? EngineVersion { get; init; }

    /// <summary>When the present process started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Restarts after the engine died by itself.</summary>
    public int Restarts { get; init; }

    /// <summary>How it ended last, with its last words; absent when it never did.</summary>
    public string? LastExit { get; init; }
}
