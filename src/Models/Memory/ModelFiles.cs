using LlmOperator.Models.Gguf;

namespace LlmOperator.Models.Memory;

/// <summary>The headers of everything that is loaded together.</summary>
public sealed record ModelFiles
{
    /// <summary>The model's files in order; one, unless it is split.</summary>
    public required IReadOnlyList<GgufFile> Parts { get; init; }

    /// <summary>The multimodal projector; null without.</summary>
    public GgufFile? Projector { get; init; }

    /// <summary>Adapters (LoRA) that are loaded with the model.</summary>
    public IReadOnlyList<GgufFile> Adapters { get; init; } = [];
}
