using LlmOperator.Models.Gguf;

namespace LlmOperator.Testing.Gguf;

/// <summary>The numbers that decide a transformer's tensors. Defaults make a model of half a megabyte.</summary>
public sealed record ModelShape
{
    public string Architecture { get; init; } = "llama";

    public int Layers { get; init; } = 2;

    public int Embedding { get; init; } = 64;

    public int Heads { get; init; } = 4;

    public int KvHeads { get; init; } = 2;

    public int HeadLength { get; init; } = 16;

    public int FeedForward { get; init; } = 128;

    public int Vocabulary { get; init; } = 259;

    public int Context { get; init; } = 4096;

    /// <summary>The output matrix is the token embedding.</summary>
    public bool Tied { get; init; }

    /// <summary>Type of the matrices.</summary>
    public GgmlType Type { get; init; } = GgmlType.F32;

    /// <summary>Type of the token embedding and the output matrix; null takes <see cref="Type"/>.</summary>
    public GgmlType? EmbeddingType { get; init; }

    /// <summary>Query, key and value have biases (Qwen2).</summary>
    public bool AttentionBias { get; init; }

    /// <summary>Query and key are normalised by head (Qwen3).</summary>
    public bool AttentionNorm { get; init; }

    /// <summary>Norms after attention and feed-forward (Gemma2, Gemma3).</summary>
    public bool PostNorms { get; init; }

    public int Experts { get; init; }

    public int ExpertsUsed { get; init; }

    public int ExpertFeedForward { get; init; }

    public int SlidingWindow { get; init; }

    /// <summary>Key-value heads by layer, when they differ.</summary>
    public IReadOnlyList<int>? KvHeadsByLayer { get; init; }

    public string ChatTemplate { get; init; } =
        "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}assistant: ";
}
