namespace LlmOperator.Models.Memory;

/// <summary>
/// Sizes of what one micro-batch needs whatever the layer: its inputs, and without flash attention its scores.
/// </summary>
internal sealed class MicroBatch
{
    private const int FloatBytes = 4;
    private const int HalfBytes = 2;
    private const int IndexBytes = 8;

    private readonly EngineModel _model;
    private readonly LoadParameters _parameters;
    private readonly LayerAssignment _layers;
    private readonly Activations _activations;
    private readonly long _maskCells;

    public MicroBatch(
        EngineModel model,
        LoadParameters parameters,
        LayerAssignment layers,
        Activations activations
    )
    {
        _model = model;
        _parameters = parameters;
        _layers = layers;
        _activations = activations;
        Tokens = model.IsEncoder ? parameters.MicroBatch : KvCacheMemory.MicroBatchOf(parameters);
        // One mask for the dense layers and one for the windowed ones. An encoder sees its micro-batch alone.
        bool[] kinds =
        [
            .. Enumerable.Range(0, model.Layers).Where(model.HasCache).Select(model.IsWindowed).Distinct(),
        ];
        Caches = kinds.Length;
        _maskCells = model.IsEncoder
            ? Tokens
            : kinds.Sum(windowed => KvCacheMemory.CellsOf(model, parameters, windowed));
    }

    /// <summary>Tokens that are computed together.</summary>
    public long Tokens { get; }

    /// <summary>Caches of a kind of their own: of the whole context, of a window.</summary>
    public int Caches { get; }

    /// <summary>The engine overlaps devices; only where nothing of a layer is on the host.</summary>
    public bool IsPipelined =>
        _parameters.DeviceCount > 1 && !_layers.IsPartial && _parameters.CpuExpertLayers == 0;

    /// <summary>Copies of the inputs that are in flight.</summary>
    public int InputCopies => IsPipelined ? MemoryConstants.PipelineCopies : 1;

    /// <summary>The cache is quantized.</summary>
    public bool IsQuantized =>
        _parameters.KvCacheType is not (KvCacheType.F32 or KvCacheType.F16 or KvCacheType.BF16);

    private long MaskBytes => Tokens * _maskCells * (_parameters.FlashAttention ? HalfBytes : FloatBytes);

    // Without flash attention values are stored one by one, each with an index.
    private long ValueIndexBytes =>
        _parameters.FlashAttention || _model.IsLatent
            ? 0
            : Tokens * _activations.Values * IndexBytes * Caches;

    // A quantized cache is rotated before it is written; the two matrices are small.
    private long RotationBytes =>
        IsQuantized && Caches > 0 ? 2L * _model.Facts.KeyLength * _model.Facts.KeyLength * FloatBytes : 0;

    /// <summary>Masks, indices and positions.</summary>
    public long InputBytes =>
        ((MaskBytes + ValueIndexBytes + (Tokens * MemoryConstants.InputBytesPerToken)) * InputCopies)
        + RotationBytes;

    /// <summary>Scores of all heads of a layer; 0 with flash attention.</summary>
    public long ScoreBytes =>
        _parameters.FlashAttention || !_activations.HasAttention
            ? 0
            : Tokens
                * _model.Facts.HeadCount
                * FloatBytes
                * (_model.IsEncoder ? Tokens : _parameters.CellsPerSequence);

    /// <summary>
    /// Of a hybrid model's layers on the host the engine computes the attention there when the last of them has one, or
    /// when their scan is there anyway; else on the device, where their scores then lie beside those of its own layers.
    /// </summary>
    public bool ScoresOnHost =>
        ScoreBytes > 0
        && _layers.IsPartial
        && _activations.IsHybrid
        && (
            _model.HasFirstGenerationScan
            || _layers.OnHost().LastOrDefault(layer => _model.KeysOf(layer) > 0, -1)
                >= _layers.OnHost().LastOrDefault(_model.IsRecurrent, -1)
        );
}
