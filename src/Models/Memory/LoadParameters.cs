namespace LlmOperator.Models.Memory;

/// <summary>How a model is to be loaded: what decides its memory besides the file.</summary>
public sealed record LoadParameters
{
    // The engine rounds the cells of a sequence up to this (llama-context.cpp).
    private const int CellGranularity = 256;

    /// <summary>Tokens each sequence may hold; default 4,096.</summary>
    public int ContextLength { get; init; } = 4096;

    /// <summary>Sequences worked on at the same time, each with its own cache; default 1.</summary>
    public int ParallelSequences { get; init; } = 1;

    /// <summary>Format of the key-value cache; default F16. Quantized formats need flash attention.</summary>
    public KvCacheType KvCacheType { get; init; } = KvCacheType.F16;

    /// <summary>Flash attention; default on.</summary>
    public bool FlashAttention { get; init; } = true;

    /// <summary>Tokens of one physical batch; default 512, the engine's own.</summary>
    public int MicroBatch { get; init; } = 512;

    /// <summary>Devices besides the host; default 0.</summary>
    public int DeviceCount { get; init; }

    /// <summary>
    /// Layers on the devices, counted from the last; the output counts as one. Null puts all there.
    /// Ignored without devices.
    /// </summary>
    public int? GpuLayers { get; init; }

    /// <summary>Shares of the devices; empty splits evenly. Ignored with less than two devices.</summary>
    public IReadOnlyList<double> TensorSplit { get; init; } = [];

    /// <summary>How the devices share the model; default by whole layers. Ignored with less than two devices.</summary>
    public SplitMode SplitMode { get; init; } = SplitMode.Layer;

    /// <summary>The first so many layers keep their experts on the host, whatever the device; default 0.</summary>
    public int CpuExpertLayers { get; init; }

    /// <summary>
    /// One cache that all sequences share, each up to the whole of it; default false, a cache for each sequence.
    /// </summary>
    public bool UnifiedCache { get; init; }

    /// <summary>Cells the engine keeps for one sequence.</summary>
    public int CellsPerSequence =>
        (int)
            Math.Min(
                int.MaxValue,
                ((long)ContextLength + CellGranularity - 1) / CellGranularity * CellGranularity
            );

    /// <summary>Context of all sequences together: the engine's <c>-c</c>.</summary>
    public long TotalContext => (long)CellsPerSequence * CacheStreams;

    /// <summary>Separate caches: one for each sequence, or one for all.</summary>
    public int CacheStreams => UnifiedCache ? 1 : ParallelSequences;
}
