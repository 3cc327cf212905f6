namespace LlmOperator.Api.V1Alpha1;

/// <summary>Memory of one replica, in bytes, summed over its devices.</summary>
public sealed record ModelMemoryStatus
{
    /// <summary>Bytes of the weights.</summary>
    public long Weights { get; init; }

    /// <summary>Bytes of the key-value cache.</summary>
    public long KvCache { get; init; }

    /// <summary>Bytes of compute buffers and overhead.</summary>
    public long Compute { get; init; }

    /// <summary>Bytes reserved.</summary>
    public long Total { get; init; }

    /// <summary>Bytes that the engine really uses, the largest over the replicas; absent until one is loaded.</summary>
    public long? Observed { get; init; }

    /// <summary>The total for people, for example <c>5.3Gi</c>.</summary>
    public string? Summary { get; init; }
}
