using LlmOperator.Models.Gguf;

namespace LlmOperator.Models.Memory;

/// <summary>
/// Elements a token of the intermediate results that live at the same time, by part of a layer. The weights of the
/// residual stream were measured one dimension of the model at a time.
/// </summary>
internal sealed class Activations
{
    private readonly EngineModel _model;
    private readonly ModelFacts _facts;

    public Activations(EngineModel model)
    {
        _model = model;
        _facts = model.Facts;
    }

    public bool HasAttention => _model.IsEncoder || Enumerable.Range(0, _model.Layers).Any(_model.HasCache);

    public bool IsHybrid => Enumerable.Range(0, _model.Layers).Any(_model.IsRecurrent);

    /// <summary>Values of one token in the widest layer.</summary>
    public long Values => Widest(_model.ValuesOf);

    /// <summary>
    /// True when a layer that scores the whole context follows another such layer, with a gated feed-forward between.
    /// </summary>
    public bool ScoresFollowEachOther =>
        _model.IsGated
        && Enumerable
            .Range(1, Math.Max(0, _model.Layers - 1))
            .Any(layer => IsDense(layer) && IsDense(layer - 1));

    private long Embedding => _facts.EmbeddingLength;

    private long Queries => HasAttention ? (long)_facts.HeadCount * _facts.KeyLength : 0;

    private long Keys => Math.Max(Widest(_model.KeysOf), Values);

    /// <summary>Beside the scores of a device that computes every layer.</summary>
    public long UnflashedAttention =>
        (2 * Embedding)
        + (2 * Math.Max(Queries, Embedding))
        + (_model.HasQueryNorm || Queries > Embedding ? Queries + Keys : 0);

    /// <summary>What a pipeline keeps of queries that are wider than the stream, or are rotated as wide keys are.</summary>
    public long PipelinedQueries(bool rotated) =>
        Queries > Embedding ? 2 * (Queries + Keys)
        : rotated && 2 * Keys >= Embedding ? Queries
        : 0;

    public long Attention(int residuals) =>
        HasAttention ? (residuals * Embedding) + (3 * Math.Max(Queries, Embedding)) + (2 * Keys) : 0;

    public long Attention(long residuals) => Attention((int)residuals);

    /// <summary>Input projection, convolution and scan of a recurrent layer.</summary>
    public long Recurrent()
    {
        if (!IsHybrid)
        {
            return 0;
        }

        long inner = _model.Count("ssm.inner_size") is > 0 and { } size
            ? size + (2L * _model.Count("ssm.group_count") * _model.Count("ssm.state_size"))
            : 3 * Embedding;
        return (5 * Embedding) + (5 * inner);
    }

    // Gate, up and their product, beside the residual stream; experts also have one output each before they are summed.
    public long FeedForward(long residuals, bool reuse)
    {
        // Where attention and feed-forward work side by side, the attention's output waits.
        long stream = (residuals + (_model.IsParallel ? 1 : 0)) * Embedding;
        if (_facts.Experts is not { UsedCount: > 0 } experts)
        {
            return ((_model.IsGated ? 3L : 1L) * _facts.FeedForwardLength) + stream;
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

    private bool IsDense(int layer) => _model.HasCache(layer) && !_model.IsWindowed(layer);

    private long Widest(Func<int, long> width) =>
        Enumerable
            .Range(0, _model.Layers)
            .Where(layer => _model.HasCache(layer) || _model.IsEncoder)
            .Select(width)
            .DefaultIfEmpty(0)
            .Max();
}
