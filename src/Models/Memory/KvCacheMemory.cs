using LlmOperator.Models.Gguf;

namespace LlmOperator.Models.Memory;

/// <summary>Bytes that layers keep for the tokens seen: keys and values by cell, or a state by sequence.</summary>
internal static class KvCacheMemory
{
    private const int FloatBytes = 4;

    public static void Add(
        EngineModel model,
        LoadParameters parameters,
        LayerAssignment layers,
        MemoryLedger ledger
    )
    {
        for (int layer = 0; layer < model.Layers; layer++)
        {
            int place = layers.PlaceOf(layer);
            if (model.IsRecurrent(layer))
            {
                // The state is kept in single precision whatever the format of the cache.
                long elements = model.ConvolutionState + model.ScanState;
                ledger.Add(
                    place,
                    MemoryTermKind.RecurrentState,
                    checked(elements * FloatBytes * parameters.ParallelSequences)
                );
            }

            ledger.Add(
                place,
                model.IsWindowed(layer) ? MemoryTermKind.WindowCache : MemoryTermKind.AttentionCache,
                BytesOf(model, parameters, layer)
            );
        }
    }

    /// <summary>Keys and values of a layer, over all sequences.</summary>
    public static long BytesOf(EngineModel model, LoadParameters parameters, int layer)
    {
        long keys = model.KeysOf(layer);
        if (!model.HasCache(layer) || keys == 0)
        {
            return 0;
        }

        // Without flash attention values are kept transposed, padded to the widest layer.
        long values = model.ValuesOf(layer);
        values = parameters.FlashAttention || values == 0 ? values : model.WidestValues;
        GgmlBlock block = GgmlTypes.BlockOf((GgmlType)parameters.KvCacheType);
        RequireWholeBlocks(keys, block, parameters);
        RequireWholeBlocks(values, block, parameters);
        long cells = CellsOf(model, parameters, model.IsWindowed(layer)) * parameters.CacheStreams;
        return checked(cells * (block.RowBytes(keys) + block.RowBytes(values)));
    }

    /// <summary>Cells of one cache in a layer.</summary>
    public static long CellsOf(EngineModel model, LoadParameters parameters, bool windowed)
    {
        long full = parameters.CellsPerSequence;
        if (!windowed)
        {
            return full;
        }

        // A cache that sequences share holds the window of each.
        long windows = (long)model.Window * (parameters.UnifiedCache ? parameters.ParallelSequences : 1);
        long needed = windows + MicroBatchOf(parameters);
        long granules = (needed + MemoryConstants.WindowGranularity - 1) / MemoryConstants.WindowGranularity;
        return Math.Min(full, granules * MemoryConstants.WindowGranularity);
    }

    /// <summary>The micro-batch, which is never larger than the whole context.</summary>
    public static int MicroBatchOf(LoadParameters parameters) =>
        (int)Math.Min(parameters.MicroBatch, parameters.TotalContext);

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
