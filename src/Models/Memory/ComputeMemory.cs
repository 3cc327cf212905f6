using LlmOperator.Models.Memory.Graphs;

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
    private const int IndexBytes = 8;

    private readonly EngineModel _model;
    private readonly LoadParameters _parameters;
    private readonly LayerAssignment _layers;
    private readonly Activations _activations;
    private readonly MemoryLedger _ledger;
    private readonly long _microBatch;
    private readonly long _maskCells;
    private readonly int _caches;

    private ComputeMemory(
        EngineModel model,
        LoadParameters parameters,
        LayerAssignment layers,
        MemoryLedger ledger
    )
    {
        _model = model;
        _parameters = parameters;
        _layers = layers;
        _ledger = ledger;
        _activations = new Activations(model);
        _microBatch = model.IsEncoder ? parameters.MicroBatch : KvCacheMemory.MicroBatchOf(parameters);
        // One mask for the dense layers and one for the windowed ones. An encoder sees its micro-batch alone.
        bool[] kinds =
        [
            .. Enumerable.Range(0, model.Layers).Where(model.HasCache).Select(model.IsWindowed).Distinct(),
        ];
        _caches = kinds.Length;
        _maskCells = model.IsEncoder
            ? _microBatch
            : kinds.Sum(windowed => KvCacheMemory.CellsOf(model, parameters, windowed));
    }

    private bool OnHostOnly => _parameters.DeviceCount == 0;

    // The engine overlaps devices only where nothing of a layer is on the host.
    private bool IsPipelined =>
        _parameters.DeviceCount > 1 && !_layers.IsPartial && _parameters.CpuExpertLayers == 0;

    private int InputCopies => IsPipelined ? MemoryConstants.PipelineCopies : 1;

    private bool IsQuantized =>
        _parameters.KvCacheType is not (KvCacheType.F32 or KvCacheType.F16 or KvCacheType.BF16);

    private long MaskBytes =>
        _microBatch * _maskCells * (_parameters.FlashAttention ? HalfBytes : FloatBytes);

    // Without flash attention values are stored one by one, each with an index.
    private long ValueIndexBytes =>
        _parameters.FlashAttention || _model.IsLatent
            ? 0
            : _microBatch * _activations.Values * IndexBytes * _caches;

    // A quantized cache is rotated before it is written; the two matrices are small.
    private long RotationBytes =>
        IsQuantized && _caches > 0 ? 2L * _model.Facts.KeyLength * _model.Facts.KeyLength * FloatBytes : 0;

    private long InputBytes =>
        ((MaskBytes + ValueIndexBytes + (_microBatch * MemoryConstants.InputBytesPerToken)) * InputCopies)
        + RotationBytes;

    private long ScoreBytes =>
        _parameters.FlashAttention || !_activations.HasAttention
            ? 0
            : _microBatch
                * _model.Facts.HeadCount
                * FloatBytes
                * (_model.IsEncoder ? _microBatch : _parameters.CellsPerSequence);

    // Of a hybrid model's layers on the host the engine computes the attention there when the last of them has one, or
    // when their scan is there anyway; else on the device, where their scores then lie beside those of its own layers.
    private bool ScoresOnHost =>
        ScoreBytes > 0
        && _layers.IsPartial
        && _activations.IsHybrid
        && (
            _model.HasFirstGenerationScan
            || HostLayers().LastOrDefault(layer => _model.KeysOf(layer) > 0, -1)
                >= HostLayers().LastOrDefault(_model.IsRecurrent, -1)
        );

    public static void Add(
        EngineModel model,
        LoadParameters parameters,
        LayerAssignment layers,
        MemoryLedger ledger
    )
    {
        ComputeMemory compute = new(model, parameters, layers, ledger);
        compute.RequireComputable();
        ledger.Add(LayerAssignment.Host, MemoryTermKind.Outputs, compute.OutputBytes());
        compute.AddHost();
        for (int place = 1; place < ledger.Places && !compute.OnHostOnly; place++)
        {
            compute.AddDevice(place);
        }
    }

    // What the engine does then is known, but not what it takes: it moves parts to the host and copies between.
    private void RequireComputable()
    {
        if (OnHostOnly)
        {
            return;
        }

        if (ScoreBytes > MemoryConstants.LargestDeviceTensorBytes)
        {
            throw new InvalidLoadParametersException(
                "Without flash attention the attention scores of one micro-batch are larger than a device holds in one piece (4 GiB); switch flash attention on, or use a shorter context."
            );
        }

        if (_parameters.DeviceCount > 1 && _model.HasFirstGenerationScan)
        {
            throw new InvalidLoadParametersException(
                $"The engine computes the state of '{_model.Facts.Architecture}' models on the host, so that several devices do not help; use one device or none."
            );
        }
    }

    // A row of logits for each sequence, in host memory wherever the output is computed.
    private long OutputBytes() =>
        _model.IsEncoder
            ? (long)_model.Facts.EmbeddingLength * FloatBytes * _parameters.ParallelSequences
            : (long)_model.Facts.VocabularySize * FloatBytes * _parameters.ParallelSequences;

    private void AddHost()
    {
        if (OnHostOnly)
        {
            AddLayers(
                LayerAssignment.Host,
                _activations.FeedForward(residuals: 5, reuse: true),
                _activations.Attention(residuals: 4),
                _activations.Recurrent()
            );
            return;
        }

        // Inputs only: embeddings and masks, once more for each copy that a pipeline keeps in flight.
        long embeddings = IsPipelined ? 10 : 4;
        _ledger.Add(LayerAssignment.Host, MemoryTermKind.Inputs, InputBytes);
        _ledger.Add(
            LayerAssignment.Host,
            MemoryTermKind.Activations,
            _microBatch * embeddings * _model.Facts.EmbeddingLength * FloatBytes
        );
        if (ScoresOnHost)
        {
            _ledger.Add(LayerAssignment.Host, MemoryTermKind.AttentionScores, ScoreBytes);
        }

        AddLatentOnHost();
    }

    // Latent attention over several separate caches ends in an operation that devices leave to the host.
    private void AddLatentOnHost()
    {
        if (!_model.IsLatent || _parameters.CacheStreams == 1)
        {
            return;
        }

        long values = _microBatch * _model.Facts.HeadCount * _model.Facts.ValueLength * FloatBytes;
        if (!IsPipelined)
        {
            _ledger.Add(LayerAssignment.Host, MemoryTermKind.Activations, values);
            return;
        }

        for (int place = 1; place < _ledger.Places; place++)
        {
            int layers = _layers.LayersOn(place);
            _ledger.Add(
                LayerAssignment.Host,
                MemoryTermKind.Activations,
                layers * values * MemoryConstants.PipelineCopies
            );
            _ledger.Add(place, MemoryTermKind.Activations, layers * values);
        }
    }

    private void AddDevice(int place)
    {
        bool uses = place == _layers.Output || _layers.HasLayers(place);
        if ((uses || (place == 1 && _layers.IsPartial)) && DeviceCompute.Knows(_model, _parameters))
        {
            AddMeasured(place);
            return;
        }

        if (place == 1 && (_layers.IsPartial || _parameters.CpuExpertLayers > 0))
        {
            // The first device computes large batches of what lies on the host too: its matrices and caches pass
            // through it.
            long staged = StagedLayers().Select(LargestMatrix).DefaultIfEmpty(0).Max();
            // Where every layer has the same cache, some of the next arrive before those of the last are gone.
            long cached = HostLayers()
                .Select(layer => KvCacheMemory.BytesOf(_model, _parameters, layer))
                .DefaultIfEmpty(0)
                .Max();
            cached = _caches == 1 && !_model.IsLatent && !_activations.IsHybrid ? cached * 5 / 4 : cached;
            long waiting = _microBatch * FloatBytes;
            AddLayers(
                place,
                _activations.FeedForward(residuals: 4, reuse: false) + (staged * 5 / 4 / waiting),
                _activations.Attention(residuals: 3) + (cached / waiting),
                _activations.Recurrent(),
                staging: true
            );
            return;
        }

        if (!uses)
        {
            return;
        }

        // Each device of a pipeline keeps the copies of its input; the first the token embeddings besides.
        long residuals =
            !IsPipelined ? 4
            : place == 1 ? 15
            : 10;
        long queries = IsPipelined ? _activations.PipelinedQueries(IsQuantized) : 0;
        AddLayers(
            place,
            _activations.FeedForward(residuals, reuse: true) + queries,
            IsPipelined && !_parameters.FlashAttention
                ? (residuals * _model.Facts.EmbeddingLength) + queries
                : _activations.Attention(IsPipelined ? residuals : 3),
            _activations.Recurrent()
                + (IsPipelined && _activations.IsHybrid ? 20 * _model.Facts.EmbeddingLength : 0)
        );
    }

    private void AddMeasured(int place)
    {
        long total = DeviceCompute.Measure(_model, _parameters, _layers, place, InputCopies, ScoreBytes);
        long inputs = Math.Min(InputBytes, total);
        long scores = Math.Max(1, (total - inputs) / ScoreBytes) * ScoreBytes;
        scores = Math.Min(scores, total - inputs);
        _ledger.Add(place, MemoryTermKind.Inputs, inputs);
        _ledger.Add(place, MemoryTermKind.AttentionScores, scores);
        _ledger.Add(place, MemoryTermKind.Activations, total - inputs - scores);
    }

    // The largest of the three parts of a layer; without flash attention the scores of all heads exist beside the
    // attention's activations.
    private void AddLayers(int place, long feedForward, long attention, long recurrent, bool staging = false)
    {
        long without = _microBatch * FloatBytes * Math.Max(feedForward, Math.Max(attention, recurrent));
        _ledger.Add(place, MemoryTermKind.Inputs, InputBytes);
        if (ScoreBytes == 0)
        {
            _ledger.Add(place, MemoryTermKind.Activations, without);
            return;
        }

        long beside =
            _microBatch
            * FloatBytes
            * (
                staging || IsPipelined || place == LayerAssignment.Host
                    ? attention
                    : _activations.UnflashedAttention
            );
        if (
            place != LayerAssignment.Host
            && (_activations.ScoresFollowEachOther || (staging && _activations.IsHybrid && !ScoresOnHost))
            && ScoreBytes + beside + InputBytes > MemoryConstants.DeviceBlockBytes
        )
        {
            // The device's memory comes in blocks, and what lies in one between two layers keeps the next scores out.
            _ledger.Add(place, MemoryTermKind.AttentionScores, 2 * ScoreBytes);
            _ledger.Add(place, MemoryTermKind.Activations, beside);
            return;
        }

        long total = Math.Max(without, ScoreBytes + beside);
        long scores = Math.Min(ScoreBytes, total);
        _ledger.Add(place, MemoryTermKind.AttentionScores, scores);
        _ledger.Add(place, MemoryTermKind.Activations, total - scores);
    }

    private IEnumerable<int> StagedLayers() =>
        HostLayers()
            .Concat(Enumerable.Range(0, Math.Min(_model.Layers, _parameters.CpuExpertLayers)))
            .Distinct();

    private IEnumerable<int> HostLayers() =>
        Enumerable.Range(0, _model.Layers).Where(layer => _layers.PlaceOf(layer) == LayerAssignment.Host);

    private long LargestMatrix(int layer) => _model.LargestMatrixOf(layer);
}
