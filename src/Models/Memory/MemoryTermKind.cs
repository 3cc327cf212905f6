namespace LlmOperator.Models.Memory;

/// <summary>The parts that memory is explained by.</summary>
public enum MemoryTermKind
{
    /// <summary>Token embeddings and other inputs; always on the host.</summary>
    InputWeights,

    /// <summary>Tensors of layers, without experts.</summary>
    LayerWeights,

    /// <summary>Tensors of the experts.</summary>
    ExpertWeights,

    /// <summary>The output matrix and its norm; a second copy of the token embedding where the two are tied.</summary>
    OutputWeights,

    /// <summary>Adapters (LoRA).</summary>
    AdapterWeights,

    /// <summary>The multimodal projector's tensors.</summary>
    ProjectorWeights,

    /// <summary>Keys and values of layers that see the whole context.</summary>
    AttentionCache,

    /// <summary>Keys and values of layers that see a window only.</summary>
    WindowCache,

    /// <summary>State of recurrent layers, which does not grow with the context.</summary>
    RecurrentState,

    /// <summary>Intermediate results of one micro-batch.</summary>
    Activations,

    /// <summary>Attention scores of all heads at once; without flash attention only.</summary>
    AttentionScores,

    /// <summary>Attention masks and the other inputs of a micro-batch.</summary>
    Inputs,

    /// <summary>Host matrices that pass through the device for large batches.</summary>
    Staging,

    /// <summary>A row of logits, or an embedding, for each sequence.</summary>
    Outputs,

    /// <summary>The multimodal projector's intermediate results.</summary>
    ProjectorCompute,

    /// <summary>What engine and driver take besides.</summary>
    Overhead,
}
