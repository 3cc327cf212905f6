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

    private readonly EngineModel _model;
    private readonly LoadParameters _parameters;
    private readonly LayerAssignment _layers;
    private readonly Activations _activations;
    private readonly MicroBatch _batch;
    private readonly LayerCompute _compute;
    private readonly MemoryLedger _ledger;

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
        _batch = new MicroBatch(model, parameters, layers, _activations);
        _compute = new LayerCompute(model, parameters, layers, _activations, _batch, ledger);
    }

    private bool OnHostOnly => _parameters.DeviceCount == 0;

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

        if (_batch.ScoreBytes > MemoryConstants.LargestDeviceTensorBytes)
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
            _compute.AddEstimated(
                LayerAssignment.Host,
                _activations.FeedForward(residuals: 5, reuse: true),
                _activations.Attention(residuals: 4),
                _activations.Recurrent()
            );
            return;
        }

        // Inputs only: embeddings and masks, once more for each copy that a pipeline keeps in flight.
        long embeddings = _batch.IsPipelined ? 10 : 4;
        _ledger.Add(LayerAssignment.Host, MemoryTermKind.Inputs, _batch.InputBytes);
        _ledger.Add(
            LayerAssignment.Host,
            MemoryTermKind.Activations,
            _batch.Tokens * embeddings * _model.Facts.EmbeddingLength * FloatBytes
        );
        if (_batch.ScoresOnHost)
        {
            _ledger.Add(LayerAssignment.Host, MemoryTermKind.AttentionScores, _batch.ScoreBytes);
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

        long values = _batch.Tokens * _model.Facts.HeadCount * _model.Facts.ValueLength * FloatBytes;
        if (!_batch.IsPipelined)
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
            _compute.AddReplayed(place);
            return;
        }

        if (place == 1 && (_layers.IsPartial || _parameters.CpuExpertLayers > 0))
        {
            // The first device computes large batches of what lies on the host too: its matrices and caches pass
            // through it.
            long staged = StagedLayers().Select(_model.LargestMatrixOf).DefaultIfEmpty(0).Max();
            // Where every layer has the same cache, some of the next arrive before those of the last are gone.
            long cached = _layers
                .OnHost()
                .Select(layer => KvCacheMemory.BytesOf(_model, _parameters, layer))
                .DefaultIfEmpty(0)
                .Max();
            cached =
                _batch.Caches == 1 && !_model.IsLatent && !_activations.IsHybrid ? cached * 5 / 4 : cached;
            long waiting = _batch.Tokens * FloatBytes;
            _compute.AddEstimated(
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
            !_batch.IsPipelined ? 4
            : place == 1 ? 15
            : 10;
        long queries = _batch.IsPipelined ? _activations.PipelinedQueries(_batch.IsQuantized) : 0;
        _compute.AddEstimated(
            place,
            _activations.FeedForward(residuals, reuse: true) + queries,
            _batch.IsPipelined && !_parameters.FlashAttention
                ? (residuals * _model.Facts.EmbeddingLength) + queries
                : _activations.Attention(_batch.IsPipelined ? residuals : 3),
            _activations.Recurrent()
                + (_batch.IsPipelined && _activations.IsHybrid ? 20 * _model.Facts.EmbeddingLength : 0)
        );
    }

    private IEnumerable<int> StagedLayers() =>
        _layers
            .OnHost()
            .Concat(Enumerable.Range(0, Math.Min(_model.Layers, _parameters.CpuExpertLayers)))
            .Distinct();
}
