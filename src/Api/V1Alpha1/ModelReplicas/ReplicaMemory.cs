using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Memory of the engine, in bytes: what it said that it would need, and what it uses.</summary>
public sealed record ReplicaMemory
{
    /// <summary>What the engine itself projected before loading; absent when it does not say.</summary>
    public long? Projected { get; init; }

    /// <summary>What the engine uses, as measured; absent until it is loaded.</summary>
    public long? Observed { get; init; }

    /// <summary>Observed less what was planned on the devices that could be measured; absent until it is loaded.</summary>
    public long? Error { get; init; }

    /// <summary>The same device by device.</summary>
    [ListMap("device")]
    [MaxLength(64)]
    public IReadOnlyList<ReplicaDeviceMemory>? Devices { get; init; }
}
