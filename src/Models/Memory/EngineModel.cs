using LlmOperator.Models.Gguf;

namespace LlmOperator.Models.Memory;

/// <summary>
/// A model as the engine sees it: for each layer the widths of its cache and state (llama.cpp, <c>llama-hparams.cpp</c>).
/// </summary>
internal sealed class EngineModel
{
    private const int MaxWidth = 1 << 28;

    private readonly GgufMetadata _metadata;
    private readonly ArchitectureRule _rule;
    private readonly IReadOnlyList<int>? _windowPattern;
    private readonly int _windowPeriod;
    private readonly IReadOnlyList<int>? _feedForward;
    private readonly int _attentionInterval;
    private readonly long[] _largestMatrices;

    public EngineModel(GgufFile header, IReadOnlyList<GgufTensor> tensors)
    {
        Facts = ModelFacts.From(header);
        Tensors = tensors;
        _metadata = header.Metadata;
        _rule = Architectures.RuleOf(Facts.Architecture);
        IsLatent = Count("attention.key_length_mla") > 0 && Count("attention.value_length_mla") > 0;
        Window =
            _rule.Window.Period == 0 ? 0
            : Count("attention.sliding_window") is > 0 and { } window ? window
            : _rule.Window.DefaultWindow;
        string pattern = $"{Facts.Architecture}.attention.sliding_window_pattern";
        _windowPattern = _metadata.IsArray(pattern)
            ? _metadata.GetCounts(pattern, Facts.BlockCount, MaxWidth)
            : null;
        _windowPeriod = (_windowPattern is null ? Count("attention.sliding_window_pattern") : 0)
            is > 0
                and { } period
            ? period
            : _rule.Window.Period;
        _attentionInterval = Count("full_attention_interval") is > 0 and { } interval ? interval : 4;
        IsGated = Tensors.Any(tensor =>
            tensor.Name.Contains(".ffn_gate.", StringComparison.Ordinal)
            || tensor.Name.Contains(".ffn_gate_exps.", StringComparison.Ordinal)
            || (
                tensor.Name.EndsWith(".ffn_up.weight", StringComparison.Ordinal)
                && tensor.Dimensions.Count == 2
                && tensor.Dimensions[1] == 2L * Facts.FeedForwardLength
            )
        );
        IsParallel = Facts.Architecture is "falcon" or "command-r" or "cohere2";
        IsTied = _rule.HasOutput && !Tensors.Any(tensor => tensor.Name is "output.weight");
        HasQueryNorm = Has(".attn_q_norm.");
        HasSharedExperts = Has("_shexp.");
        HasFirstGenerationScan = Has(".ssm_x.");
        RotationFactorBytes =
            Tensors.FirstOrDefault(tensor => tensor.Name is "rope_freqs.weight")?.SizeBytes ?? 0;
        _largestMatrices = LargestMatrices();
        _feedForward = _metadata.GetCounts(
            $"{Facts.Architecture}.feed_forward_length",
            Facts.BlockCount,
            MaxWidth
        );
        ConvolutionState = ConvolutionStateOf();
        ScanState = ScanStateOf();
    }

    public ModelFacts Facts { get; }

    /// <summary>The whole tensor table, over all files.</summary>
    public IReadOnlyList<GgufTensor> Tensors { get; }

    public int Layers => Facts.BlockCount;

    /// <summary>Keys are compressed and values are taken from them: one narrow row a token (DeepSeek).</summary>
    public bool IsLatent { get; }

    /// <summary>Tokens a windowed layer looks back; 0 without such layers.</summary>
    public int Window { get; }

    /// <summary>The vocabulary's rows are the output's too, because the file has no other matrix for it.</summary>
    public bool IsTied { get; }

    public bool IsEncoder => !_rule.HasCache;

    /// <summary>Elements of a recurrent layer's convolution state, a sequence.</summary>
    public long ConvolutionState { get; }

    /// <summary>Elements of a recurrent layer's scan state, a sequence.</summary>
    public long ScanState { get; }

    /// <summary>Feed-forward has a gate beside the up matrix, in a matrix of its own or in the same.</summary>
    public bool IsGated { get; }

    /// <summary>Attention and feed-forward work on the same normalised input.</summary>
    public bool IsParallel { get; }

    /// <summary>Queries and keys are normalised.</summary>
    public bool HasQueryNorm { get; }

    /// <summary>Some experts are used by every token.</summary>
    public bool HasSharedExperts { get; }

    /// <summary>The state of Mamba's first generation, which the engine's device backends do not scan.</summary>
    public bool HasFirstGenerationScan { get; }

    /// <summary>Factors for the rotation of queries and keys; 0 without.</summary>
    public long RotationFactorBytes { get; }

    public bool IsRecurrent(int layer) =>
        _rule.Recurrent switch
        {
            RecurrentRule.All or RecurrentRule.Beside => true,
            RecurrentRule.WithoutHeads => HeadsOf(layer) == 0,
            RecurrentRule.WithoutHeadsAndFeedForward => HeadsOf(layer) == 0
                && (_feedForward?[layer] ?? 0) == 0,
            RecurrentRule.Interval => (layer + 1) % _attentionInterval != 0,
            _ => false,
        };

    public bool HasCache(int layer) =>
        _rule.HasCache
        && (_rule.Recurrent == RecurrentRule.Beside || !IsRecurrent(layer))
        && (_rule.OwnCacheLayers == 0 || layer < _rule.OwnCacheLayers);

    public bool IsWindowed(int layer)
    {
        if (Window == 0)
        {
            return false;
        }

        if (_windowPattern is not null)
        {
            return _windowPattern[layer] != 0;
        }

        return _rule.Window.DenseFirst
            ? layer % _windowPeriod != 0
            : layer % _windowPeriod < _windowPeriod - 1;
    }

    /// <summary>Elements of the keys that a layer keeps for a token.</summary>
    public long KeysOf(int layer) => (long)HeadsOf(layer) * Facts.KeyLength;

    /// <summary>Elements of the values that a layer keeps for a token.</summary>
    public long ValuesOf(int layer) => IsLatent ? 0 : (long)HeadsOf(layer) * Facts.ValueLength;

    /// <summary>The most of <see cref="ValuesOf"/> over all layers.</summary>
    public long WidestValues => Enumerable.Range(0, Layers).Select(ValuesOf).DefaultIfEmpty(0).Max();

    /// <summary>A number of this architecture's keys; 0 when the file does not state it.</summary>
    public int Count(string key) => _metadata.GetCount($"{Facts.Architecture}.{key}", MaxWidth) ?? 0;

    /// <summary>Bytes of the largest tensor of a layer.</summary>
    public long LargestMatrixOf(int layer) => _largestMatrices[layer];

    private bool Has(string part) =>
        Tensors.Any(tensor => tensor.Name.Contains(part, StringComparison.Ordinal));

    private long[] LargestMatrices()
    {
        long[] largest = new long[Layers];
        foreach (GgufTensor tensor in Tensors)
        {
            if (WeightsMemory.LayerOf(tensor.Name) is { } layer && layer < Layers)
            {
                largest[layer] = Math.Max(largest[layer], tensor.SizeBytes);
            }
        }

        return largest;
    }

    private int HeadsOf(int layer) => layer < Facts.HeadCountKv.Count ? Facts.HeadCountKv[layer] : 0;

    // RWKV shifts tokens, LFM2 has a short convolution, Mamba and its kin convolve inputs and groups.
    private long ConvolutionStateOf()
    {
        if (Count("wkv.head_size") > 0)
        {
            int shift = Count("token_shift_count");
            return (long)(shift > 0 ? shift : _rule.TokenShift) * Facts.EmbeddingLength;
        }

        if (Count("shortconv.l_cache") is > 0 and { } cells)
        {
            return (cells - 1L) * Facts.EmbeddingLength;
        }

        long inner = Count("ssm.inner_size") + (2L * Count("ssm.group_count") * Count("ssm.state_size"));
        return Math.Max(0, Count("ssm.conv_kernel") - 1L) * inner;
    }

    private long ScanStateOf() =>
        Count("wkv.head_size") is > 0 and { } head ? (long)head * Facts.EmbeddingLength
        : Count("shortconv.l_cache") > 0 ? 0
        : (long)Count("ssm.state_size") * Count("ssm.inner_size");
}
