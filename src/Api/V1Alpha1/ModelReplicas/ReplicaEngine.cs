using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Engine and its parameters, as decided by the operator.</summary>
public sealed record ReplicaEngine
{
    /// <summary>Engine.</summary>
    [DefaultValue(EngineKind.LlamaCpp)]
    public EngineKind Kind { get; init; } = EngineKind.LlamaCpp;

    /// <summary>Context length in tokens a sequence.</summary>
    [DefaultValue(4096)]
    [Range(128, 16_777_216)]
    public int ContextLength { get; init; } = 4096;

    /// <summary>Requests worked on at the same time.</summary>
    [DefaultValue(1)]
    [Range(1, 256)]
    public int ParallelSequences { get; init; } = 1;

    /// <summary>Number format of the key-value cache.</summary>
    [DefaultValue(KvCacheType.F16)]
    public KvCacheType KvCacheType { get; init; } = KvCacheType.F16;

    /// <summary>Layers on GPUs, counting the output layer; 0 for the CPU alone.</summary>
    [DefaultValue(0)]
    [Range(0, 100_000)]
    public int GpuLayers { get; init; }

    /// <summary>Devices that hold the model, in the engine's names; empty for the CPU alone.</summary>
    [MaxLength(64)]
    public IReadOnlyList<string>? Devices { get; init; }

    /// <summary>Layers on each of the devices, counting the output layer, in the same order; empty when one holds them all.</summary>
    [MaxLength(64)]
    public IReadOnlyList<int>? LayersPerDevice { get; init; }

    /// <summary>The first so many layers keep their experts in RAM, whatever the device of the layer.</summary>
    [DefaultValue(0)]
    [Range(0, 100_000)]
    public int CpuExpertLayers { get; init; }

    /// <summary>Further settings of the engine, from the model's spec.</summary>
    [ListMap("name")]
    [MaxLength(32)]
    public IReadOnlyList<EngineArgument>? Arguments { get; init; }
}
