using LlmOperator.Models.Gguf;

namespace LlmOperator.Models.Memory;

/// <summary>
/// Bytes of the compute and output buffers by place. The terms are the activations that live at the same time in the
/// engine's graph; which live together was found by measuring (see <see cref="MemoryConstants"/>). Where the engine's
/// allocator may or may not reuse a hole, the larger is taken.
/// </summary>
internal sealed class ComputeMemory
{
    private const int FloatBytes = 4;
    private const int HalfBytes = 2;

    // Matrices of host layers that are on the device at the same time; 0.5 to 1.95 were measured.
    private const int StagedMatrices = 2;

    private readonly ModelFacts _facts;
    private readonly LoadParameters _parameters;
    private readonly LayerAssignment _layers;
    private readonly long _microBatch;
    private readonly long _maskCells;
    private readonly long _stagingBytes;

    public ComputeMemory(
        ModelFacts facts,
        SlidingWindowRule rule,
        LoadParameters parameters,
        LayerAssignment layers,
        long stagingBytes
    )
    {
        _facts = facts;
        _parameters = parameters;
        _layers = layers;
        _stagingBytes = stagingBytes;
        _microBatch = KvCacheMemory.MicroBatchOf(parameters);
        IEnumerable<bool> kinds = Enumerable
            .Range(0, facts.BlockCount)
            .Select(layer => KvCacheMemory.IsWindowed(facts, rule, layer))
            .Distinct();
        // One mask for the dense layers and one for the windowed ones.
        _maskCells = kinds.Sum(windowed => (long)KvCacheMemory.CellsOf(facts, rule, parameters, windowed));
    }

    private bool OnHostOnly => _parameters.DeviceCount == 0 || _parameters.GpuLayers == 0;

    private bool IsPipelined => _parameters.DeviceCount > 1 && !_layers.IsPartial;

    private bool IsQuantized =>
        _parameters.KvCacheType is not (KvCacheType.F32 or KvCacheType.F16 or KvCacheType.BF16);

    private long Embedding => _facts.EmbeddingLength;

    private long Queries => (long)_facts.HeadCount * _facts.KeyLength;

    private long Keys =>
        _facts.HeadCountKv.Max(heads => (long)heads * Math.Max(_facts.KeyLength, _facts.ValueLength));

    private long MaskBytes =>
        _microBatch * _maskCells * (_parameters.FlashAttention ? HalfBytes : FloatBytes);

    private int InputCopies => IsPipelined ? MemoryConstants.PipelineCopies : 1;

    // A quantized cache is rotated before it is written; the two matrices are small.
    private long RotationBytes => IsQuantized ? 2L * _facts.KeyLength * _facts.KeyLength * FloatBytes : 0;

    public long[] Compute(int places)
    {
        long[] bytes = new long[places];
        bytes[LayerAssignment.Host] = HostBytes() + OutputBytes();
        for (int place = 1; place < places && !OnHostOnly; place++)
        {
            bytes[place] = DeviceBytes(place);
        }

        return bytes;
    }

    // A row of logits for each sequence, in host memory wherever the output is computed.
    private long OutputBytes() => (long)_facts.VocabularySize * FloatBytes * _parameters.ParallelSequences;

    private long SmallBytes() =>
        (_microBatch * MemoryConstants.InputBytesPerToken * InputCopies) + RotationBytes;

    private long HostBytes()
    {
        if (OnHostOnly)
        {
            long feedForward = FeedForwardElements(residuals: 5, reuse: true);
            long attention = AttentionElements(residuals: 4);
            return Bytes(Math.Max(feedForward, attention), attentionScores: attention);
        }

        // Inputs only: embeddings and masks, once more for each copy that a pipeline keeps in flight.
        long embeddings =
            !IsPipelined ? 5
            : _parameters.FlashAttention ? 10
            : 14;
        return (_microBatch * embeddings * Embedding * FloatBytes) + (MaskBytes * InputCopies) + SmallBytes();
    }

    private long DeviceBytes(int place)
    {
        // Each device of a pipeline keeps the copies of its input; the first the token embeddings besides.
        long residuals =
            !IsPipelined ? 4
            : place == 1 ? 15
            : 10;
        long queries = IsPipelined ? (2 * Math.Max(0, Queries - Embedding)) + (IsQuantized ? Queries : 0) : 0;
        long feedForward = FeedForwardElements(residuals, reuse: !_layers.IsPartial) + queries;
        long attention = AttentionElements(IsPipelined ? residuals : 3);
        return Bytes(Math.Max(feedForward, attention), attention)
            + (_layers.IsPartial ? StagedMatrices * _stagingBytes : 0);
    }

    // Without flash attention the scores of all heads exist at once, beside the attention's activations.
    private long Bytes(long elements, long attentionScores)
    {
        long bytes = _microBatch * elements * FloatBytes;
        if (!_parameters.FlashAttention)
        {
            long scores = (long)_facts.HeadCount * _parameters.CellsPerSequence;
            bytes = Math.Max(bytes, _microBatch * (attentionScores + scores) * FloatBytes);
        }

        return bytes + (MaskBytes * InputCopies) + SmallBytes();
    }

    // Gate, up and their product, beside the residual stream; experts also have one output each before they are summed.
    private long FeedForwardElements(long residuals, bool reuse)
    {
        long stream = residuals * Embedding;
        if (_facts.Experts is not { UsedCount: > 0 } experts)
        {
            return (3L * _facts.FeedForwardLength) + stream;
        }

        int width = experts.FeedForwardLength > 0 ? experts.FeedForwardLength : _facts.FeedForwardLength;
        long hidden = (long)experts.UsedCount * width;
        long outputs = (long)experts.UsedCount * Embedding;
        if (!reuse)
        {
            return (3 * hidden) + outputs + stream;
        }

        // The outputs fit into the holes that gate and up leave, or the other way round, or neither.
        return hidden <= Embedding ? Math.Max(outputs, 3 * hidden) + stream
            : 2 * hidden >= outputs ? (3 * hidden) + stream
            : (3 * hidden) + outputs + stream;
    }

    private long AttentionElements(long residuals) =>
        (residuals * Embedding) + (3 * Math.Max(Queries, Embedding)) + (2 * Keys);
}
