using LlmOperator.Models.Gguf;

namespace LlmOperator.Models.Memory;

/// <summary>
/// Computes what a model needs on each device from its header alone. Pure. Weights and cache are exact for the
/// architectures of <see cref="Architectures"/>; compute buffers are the engine's within a few per cent, rounded up.
/// </summary>
public static class MemoryPlanner
{
    /// <summary>Plans a model of one file.</summary>
    /// <exception cref="UnsupportedArchitectureException">The architecture is not computed exactly.</exception>
    /// <exception cref="InvalidModelException">The file lacks what is needed, or is one part of several.</exception>
    /// <exception cref="InvalidLoadParametersException">The parameters are impossible; says which.</exception>
    public static MemoryPlan Plan(GgufFile file, LoadParameters parameters) => Plan([file], parameters);

    /// <summary>Plans a model whose tensors are split over several files, in order.</summary>
    /// <inheritdoc cref="Plan(GgufFile, LoadParameters)"/>
    public static MemoryPlan Plan(IReadOnlyList<GgufFile> parts, LoadParameters parameters) =>
        Plan(new ModelFiles { Parts = parts }, parameters);

    /// <summary>Plans a model with what is loaded beside it.</summary>
    /// <inheritdoc cref="Plan(GgufFile, LoadParameters)"/>
    public static MemoryPlan Plan(ModelFiles files, LoadParameters parameters)
    {
        IReadOnlyList<GgufFile> parts = files.Parts;
        GgufSplitSet.Require(parts);
        RequireModel(ModelFacts.From(parts[0]));
        EngineModel model = new(parts[0], [.. parts.SelectMany(part => part.Tensors)]);
        RequirePossible(parameters);
        MemoryLedger ledger = new(1 + parameters.DeviceCount);
        LayerAssignment layers = LayerAssignment.Of(model.Layers, parameters);
        WeightsMemory.Add(model, parameters, layers, ledger);
        KvCacheMemory.Add(model, parameters, layers, ledger);
        ComputeMemory.Add(model, parameters, layers, ledger);
        CompanionMemory.Add(files, model, parameters, layers, ledger);
        AddOverhead(model.Facts, ledger);
        return new MemoryPlan
        {
            Parameters = parameters,
            Devices = [.. Enumerable.Range(0, ledger.Places).Select(place => Device(place, layers, ledger))],
        };
    }

    private static DeviceMemory Device(int place, LayerAssignment layers, MemoryLedger ledger) =>
        new()
        {
            Name = place == LayerAssignment.Host ? "host" : $"device{place - 1}",
            DeviceIndex = place == LayerAssignment.Host ? null : place - 1,
            WeightsBytes = ledger.SumOf(place, MemoryTermKind.InputWeights, MemoryTermKind.ProjectorWeights),
            KvCacheBytes = ledger.SumOf(place, MemoryTermKind.AttentionCache, MemoryTermKind.RecurrentState),
            ComputeBytes = ledger.SumOf(place, MemoryTermKind.Activations, MemoryTermKind.ProjectorCompute),
            OverheadBytes = ledger.SumOf(place, MemoryTermKind.Overhead, MemoryTermKind.Overhead),
            Layers = layers.LayersOn(place),
            Terms = ledger.TermsOf(place),
        };

    private static void AddOverhead(ModelFacts facts, MemoryLedger ledger)
    {
        ledger.Add(
            LayerAssignment.Host,
            MemoryTermKind.Overhead,
            MemoryConstants.HostOverheadBytes
                + (facts.VocabularySize * MemoryConstants.HostOverheadPerTokenBytes)
        );
        for (int place = 1; place < ledger.Places; place++)
        {
            // A device that is given nothing is not opened.
            bool used = ledger.SumOf(place, MemoryTermKind.InputWeights, MemoryTermKind.ProjectorCompute) > 0;
            ledger.Add(place, MemoryTermKind.Overhead, used ? MemoryConstants.DeviceOverheadBytes : 0);
        }
    }

    private static void RequireModel(ModelFacts facts)
    {
        bool complete =
            facts.BlockCount > 0
            && facts.EmbeddingLength > 0
            && facts.VocabularySize > 0
            && facts.FileKind is "model";
        if (!complete)
        {
            throw new InvalidModelException(
                $"The file is a {facts.FileKind} and lacks layers, a width or a vocabulary; only complete models can be planned."
            );
        }
    }

    private static void RequirePossible(LoadParameters parameters)
    {
        Require(parameters.ContextLength > 0, "The context length must be at least 1.");
        Require(parameters.ParallelSequences is > 0 and <= 256, "Parallel sequences must be from 1 to 256.");
        Require(
            parameters.TotalContext <= int.MaxValue,
            "Context length times parallel sequences is too large."
        );
        Require(parameters.MicroBatch is > 0 and <= 65_536, "The micro-batch must be from 1 to 65536.");
        Require(parameters.DeviceCount is >= 0 and <= 64, "The number of devices must be from 0 to 64.");
        Require(parameters.GpuLayers is null or >= 0, "The number of GPU layers must not be negative.");
        Require(
            parameters.TensorSplit.All(share => share >= 0 && double.IsFinite(share)),
            "The shares of a tensor split must be numbers of 0 or more."
        );
        Require(
            parameters.TensorSplit.Count == 0 || parameters.TensorSplit.Count == parameters.DeviceCount,
            "A tensor split needs one share for each device."
        );
        Require(
            parameters.CpuExpertLayers >= 0,
            "The number of layers with experts on the host must not be negative."
        );
        Require(
            parameters.SplitMode == SplitMode.Layer || parameters.DeviceCount < 2,
            "A split by rows is not computed: only CUDA devices hold it, and it could not be measured; split by layers, or state the memory in spec.memory.override."
        );
        bool quantized =
            parameters.KvCacheType is not (KvCacheType.F32 or KvCacheType.F16 or KvCacheType.BF16);
        Require(
            parameters.FlashAttention || !quantized,
            $"The cache format {parameters.KvCacheType} needs flash attention; switch it on or use F16."
        );
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidLoadParametersException(message);
        }
    }
}
