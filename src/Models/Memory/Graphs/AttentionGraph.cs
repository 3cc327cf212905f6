namespace LlmOperator.Models.Memory.Graphs;

/// <summary>
/// The results of a transformer's layers without flash attention, in the order of the engine's graph (llama.cpp,
/// <c>src/llama-graph.cpp</c> and <c>src/models</c>; read from its own listing, <c>GGML_SCHED_DEBUG=2</c>). Widths are
/// those of the file's matrices.
/// </summary>
internal sealed class AttentionGraph(EngineModel model, LoadParameters parameters, DeviceGraph graph)
{
    private const int FloatBytes = 4;
    private const int IndexBytes = 8;
    private const int PositionBytes = 4;

    private readonly Dictionary<bool, GraphTensor> _masks = [];
    private readonly Dictionary<bool, (GraphTensor Keys, GraphTensor Values)> _indices = [];
    private GraphTensor? _positions;
    private readonly long _tokens = KvCacheMemory.MicroBatchOf(parameters);

    private long Stream => Rows(model.Facts.EmbeddingLength);

    private bool StreamFirst => model.Facts.Architecture is "phi3";

    /// <summary>The token embeddings, and those that a request may bring instead.</summary>
    public GraphTensor Embed(int copies)
    {
        GraphTensor brought = Input(Stream, copies);
        GraphTensor mixed = Input(Stream, copies);
        GraphTensor slots = Input(_tokens * IndexBytes, copies);
        GraphTensor embedded = Input(Stream, copies);
        // What a request brings is written over, and the engine never takes it for read.
        graph.Read(mixed, slots, graph.Pin(Stream, brought));
        return ScalesEmbedding ? graph.Overwrite(Stream, embedded) : embedded;
    }

    /// <summary>The stream as another device left it.</summary>
    public GraphTensor Receive(int copies)
    {
        if (copies > 1)
        {
            // Measured: a pipeline keeps each of its copies twice on every device but the first.
            _ = Input(Stream, copies);
        }

        return Input(Stream, copies);
    }

    /// <summary>Masks and indices of the caches that layers of this device use.</summary>
    public void AddInputs(IReadOnlyCollection<int> layers, int copies)
    {
        if (layers.Count > 0)
        {
            _positions ??= Input(_tokens * PositionBytes, copies);
        }

        foreach (bool windowed in layers.Select(model.IsWindowed).Distinct())
        {
            _indices[windowed] = (Input(_tokens * IndexBytes, copies), Input(IndicesBytes, copies));
            AddMask(windowed, copies);
        }

        _ = Input(PositionBytes, copies);
    }

    /// <summary>A layer; <paramref name="staged"/> when its matrices and caches are on the host.</summary>
    public GraphTensor AddLayer(int layer, LayerTensors tensors, GraphTensor stream, bool staged)
    {
        LayerSteps steps = new(graph, tensors, _tokens, staged)
        {
            UsedExperts = model.Facts.Experts?.UsedCount ?? 0,
            HasRotationFactors = model.RotationFactorBytes > 0,
        };
        GraphTensor normal = steps.Norm("attn_norm", stream);
        AttentionInputs inputs = Prepare(layer, steps, normal);
        if (model.IsParallel)
        {
            return AddParallel(layer, steps, stream, normal, inputs);
        }

        GraphTensor attention = Gather(Soften(layer, Score(layer, inputs)), inputs);
        GraphTensor output = steps.Multiply("attn_output", attention);
        long rows = Stream;
        if (layer == model.Layers - 1)
        {
            // Of the last layer's result only the rows that are asked for go on.
            rows = model.Facts.EmbeddingLength * (long)FloatBytes * parameters.ParallelSequences;
            output = graph.Compute(rows, output);
            stream = graph.Compute(rows, stream);
            steps = steps with { Tokens = parameters.ParallelSequences };
        }

        bool afterNorms = tensors.Has("ffn_norm.weight") || tensors.Has("post_ffw_norm.weight");
        output = afterNorms ? steps.Norm("post_attention_norm", output) : output;
        stream = graph.Overwrite(rows, output, stream);
        normal = steps.Norm(
            tensors.Has("ffn_norm.weight") ? "ffn_norm"
                : afterNorms ? ""
                : "post_attention_norm",
            stream
        );
        GraphTensor result = steps.Norm("post_ffw_norm", steps.FeedForward(normal));
        return StreamFirst ? graph.Overwrite(rows, stream, result) : graph.Overwrite(rows, result, stream);
    }

    /// <summary>The logits.</summary>
    public void AddOutput(GraphTensor stream)
    {
        GraphTensor normal = graph.Overwrite(stream.Bytes, stream);
        _ = graph.Compute(
            (long)model.Facts.VocabularySize * FloatBytes * parameters.ParallelSequences,
            normal
        );
    }

    private bool ScalesEmbedding =>
        model.Facts.Architecture.StartsWith("gemma", StringComparison.Ordinal)
        || model.Facts.Architecture is "minicpm" or "granite" or "granitemoe";

    private long IndicesBytes => _tokens * IndexBytes * Enumerable.Range(0, model.Layers).Max(model.ValuesOf);

    private long MaskBytes(bool windowed) => Rows(KvCacheMemory.CellsOf(model, parameters, windowed));

    // Attention and feed-forward side by side. A device that has the matrices works on both at once.
    private GraphTensor AddParallel(
        int layer,
        LayerSteps steps,
        GraphTensor stream,
        GraphTensor normal,
        AttentionInputs inputs
    )
    {
        GraphTensor fed;
        GraphTensor attention;
        bool streamFirst = model.Facts.Architecture is not "falcon";
        if (steps.IsStaged)
        {
            attention = Gather(Soften(layer, Score(layer, inputs)), inputs);
            fed = steps.FeedForward(normal);
            fed = streamFirst ? graph.Overwrite(Stream, fed, stream) : fed;
        }
        else
        {
            (GraphTensor? gate, GraphTensor up) = steps.Open(normal);
            GraphTensor scores = Score(layer, inputs);
            GraphTensor active = steps.Activate(gate, up);
            scores = Soften(layer, scores);
            fed = steps.Multiply("ffn_down", active);
            fed = streamFirst ? graph.Overwrite(Stream, fed, stream) : fed;
            attention = Gather(scores, inputs);
        }

        fed = graph.Overwrite(Stream, fed, steps.Multiply("attn_output", attention));
        return streamFirst ? fed : graph.Overwrite(Stream, fed, stream);
    }

    private AttentionInputs Prepare(int layer, LayerSteps steps, GraphTensor normal)
    {
        (GraphTensor queries, GraphTensor keys, GraphTensor values) = steps.Project(
            normal,
            () => _positions ??= BringPositions(),
            Rows((long)model.Facts.HeadCount * model.Facts.KeyLength),
            Rows(model.KeysOf(layer)),
            Rows(model.ValuesOf(layer))
        );
        bool windowed = model.IsWindowed(layer);
        if (!steps.IsStaged)
        {
            graph.Read(keys, _indices[windowed].Keys);
            graph.Read(values, _indices[windowed].Values);
            return new AttentionInputs(queries, null, null);
        }

        graph.Read(keys);
        graph.Read(values);
        GraphTensor cachedKeys = graph.Compute(CacheBytes(layer, model.KeysOf(layer)));
        AddMask(windowed, copies: 0);
        return new AttentionInputs(
            queries,
            cachedKeys,
            graph.Compute(CacheBytes(layer, model.ValuesOf(layer)))
        );
    }

    private GraphTensor Score(int layer, AttentionInputs inputs)
    {
        long cells = KvCacheMemory.CellsOf(model, parameters, model.IsWindowed(layer));
        return graph.Compute(Rows(cells * model.Facts.HeadCount), inputs.Queries, inputs.CachedKeys);
    }

    private GraphTensor Soften(int layer, GraphTensor scores) =>
        graph.Overwrite(scores.Bytes, scores, _masks[model.IsWindowed(layer)]);

    private GraphTensor Gather(GraphTensor scores, AttentionInputs inputs)
    {
        long width = Rows((long)model.Facts.HeadCount * model.Facts.ValueLength);
        return graph.Compute(width, graph.Compute(width, scores, inputs.CachedValues));
    }

    private GraphTensor BringPositions()
    {
        GraphTensor positions = Input(_tokens * PositionBytes, 0);
        if (model.RotationFactorBytes > 0)
        {
            _ = graph.Pin(model.RotationFactorBytes);
        }

        return positions;
    }

    private void AddMask(bool windowed, int copies)
    {
        if (!_masks.ContainsKey(windowed))
        {
            _masks[windowed] = Input(MaskBytes(windowed), copies);
        }
    }

    private long CacheBytes(int layer, long elements)
    {
        long both = model.KeysOf(layer) + model.ValuesOf(layer);
        return both == 0 ? 0 : KvCacheMemory.BytesOf(model, parameters, layer) / both * elements;
    }

    private GraphTensor Input(long bytes, int copies)
    {
        for (int copy = 1; copy < copies; copy++)
        {
            _ = graph.Pin(bytes);
        }

        return copies > 1 ? graph.Pin(bytes) : graph.Compute(bytes);
    }

    private long Rows(long elements) => elements * FloatBytes * _tokens;

    private sealed record AttentionInputs(
        GraphTensor Queries,
        GraphTensor? CachedKeys,
        GraphTensor? CachedValues
    );
}
