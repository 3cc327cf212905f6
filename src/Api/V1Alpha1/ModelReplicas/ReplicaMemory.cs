namespace LlmOperator.Api.V1Alpha1;

/// <summary>Memory of the engine, in bytes.</summary>
public sealed record ReplicaMemory
{
    /// <summary>What the engine itself projected before loading; absent when it does not say.</summary>
    public long? Projected { get; init; }

    /// <summary>What the engine uses, as measured; absent until it is loaded.</summary>
    public long? Observed { get; init; }
}
