using LlmOperator.Models.Gguf;

namespace LlmOperator.Models.Memory;

/// <summary>Bytes of the key-value cache by place, from the heads, head lengths and window of each layer.</summary>
internal static class KvCacheMemory
{
    public static long[] Compute(
        ModelFacts facts,
        SlidingWindowRule rule,
        LoadParameters parameters,
        LayerAssignment layers,
        int places
    )
    {
        GgmlBlock block = GgmlTypes.BlockOf((GgmlType)parameters.KvCacheType);
        // Without flash attention values are kept transposed, padded to the widest layer.
        long widest = facts.HeadCountKv.Max(heads => (long)heads * facts.ValueLength);
        long[] bytes = new long[places];
        for (int layer = 0; layer < facts.BlockCount; layer++)
        {
            long keys = (long)facts.HeadCountKv[layer] * facts.KeyLength;
            long values = (long)facts.HeadCountKv[layer] * facts.ValueLength;
            if (keys == 0)
            {
                continue;
            }

            values = parameters.FlashAttention ? values : widest;
            RequireWholeBlocks(keys, block, parameters);
            RequireWholeBlocks(values, block, parameters);
            long cells =
                (long)CellsOf(facts, rule, parameters, IsWindowed(facts, rule, layer))
                * parameters.ParallelSequences;
            bytes[layers.PlaceOf(layer)] += checked(cells * (block.RowBytes(keys) + block.RowBytes(values)));
        }

        return bytes;
    }

    /// <summary>Cells of one sequence in a layer.</summary>
    public static int CellsOf(
        ModelFacts facts,
        SlidingWindowRule rule,
        LoadParameters parameters,
        bool windowed
    )
    {
        int full = parameters.CellsPerSequence;
        if (!windowed)
        {
            return full;
        }

        long needed = (long)WindowOf(facts, rule) + MicroBatchOf(parameters);
        long padded =
            (needed + MemoryConstants.WindowGranularity - 1)
            / MemoryConstants.WindowGranularity
            * MemoryConstants.WindowGranularity;
        return (int)Math.Min(full, padded);
    }

    /// <summary>True when the layer looks back through the window only.</summary>
    public static bool IsWindowed(ModelFacts facts, SlidingWindowRule rule, int layer)
    {
        if (rule.Period == 0 || WindowOf(facts, rule) == 0)
        {
            return false;
        }

        if (facts.SlidingWindow?.Pattern is { } pattern)
        {
            return pattern[layer] != 0;
        }

        int period = facts.SlidingWindow?.Period ?? rule.Period;
        return period > 0 && layer % period < period - 1;
    }

    /// <summary>The micro-batch, which is never larger than the whole context.</summary>
    public static int MicroBatchOf(LoadParameters parameters) =>
        (int)Math.Min(parameters.MicroBatch, parameters.TotalContext);

    private static int WindowOf(ModelFacts facts, SlidingWindowRule rule) =>
        facts.SlidingWindow?.Window ?? rule.DefaultWindow;

    private static void RequireWholeBlocks(long elements, GgmlBlock block, LoadParameters parameters)
    {
        if (elements % block.Elements != 0)
        {
            throw new InvalidLoadParametersException(
                $"The cache format {parameters.KvCacheType} needs rows in multiples of {block.Elements}, but this model has {elements}; use F16."
            );
        }
    }
}
