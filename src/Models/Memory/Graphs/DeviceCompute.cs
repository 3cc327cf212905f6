namespace LlmOperator.Models.Memory.Graphs;

/// <summary>Compute buffers of a device without flash attention, by replaying what the engine does there.</summary>
internal static class DeviceCompute
{
    // With fewer tokens the engine computes the host's layers on the host.
    private const int LeastStagedTokens = 32;

    /// <summary>True for models whose graph is known here.</summary>
    public static bool Knows(EngineModel model, LoadParameters parameters) =>
        parameters is { FlashAttention: false, DeviceCount: > 0, CpuExpertLayers: 0 }
        && KvCacheMemory.MicroBatchOf(parameters) >= LeastStagedTokens
        && !model.IsEncoder
        && !model.IsLatent
        && !Enumerable
            .Range(0, model.Layers)
            .Any(layer => model.IsRecurrent(layer) || !model.HasCache(layer));

    /// <summary>Bytes on <paramref name="place"/>, for scores of <paramref name="scoreBytes"/> in one layer.</summary>
    public static long Measure(
        EngineModel model,
        LoadParameters parameters,
        LayerAssignment assignment,
        int place,
        int copies,
        long scoreBytes
    )
    {
        DeviceGraph graph = new();
        AttentionGraph attention = new(model, parameters, graph);
        LayerTensors[] tensors = LayerTensors.ByLayer(model);
        int[] own = [.. Enumerable.Range(0, model.Layers).Where(layer => assignment.PlaceOf(layer) == place)];
        int[] staged =
            place == 1
                ?
                [
                    .. Enumerable
                        .Range(0, model.Layers)
                        .Where(layer => assignment.PlaceOf(layer) == LayerAssignment.Host),
                ]
                : [];
        GraphTensor stream = place == 1 ? attention.Embed(copies) : attention.Receive(copies);
        foreach (int layer in staged)
        {
            stream = attention.AddLayer(layer, tensors[layer], stream, staged: true);
        }

        attention.AddInputs(own, copies);
        foreach (int layer in own)
        {
            stream = attention.AddLayer(layer, tensors[layer], stream, staged: false);
        }

        if (assignment.Output == place)
        {
            attention.AddOutput(stream);
        }

        long bytes = graph.Measure(MemoryConstants.DeviceBlockBytes);
        // Measured, not explained: where the rotation's factors are brought from the host as well, the scores of the
        // second layer do not fit where those of the first were.
        bool twice =
            staged.Length > 1
            && model.RotationFactorBytes > 0
            && scoreBytes >= MemoryConstants.DeviceBlockBytes
            && bytes < 2 * scoreBytes;
        return twice ? bytes + scoreBytes : bytes;
    }
}
