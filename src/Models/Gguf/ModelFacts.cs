using System.Security.Cryptography;
using System.Text;

namespace LlmOperator.Models.Gguf;

/// <summary>What people and planners want to know of a model. Numbers that the file does not state are 0.</summary>
public sealed record ModelFacts
{
    // The engine's own limit is 512 layers (LLAMA_MAX_LAYERS).
    private const int MaxLayers = 512;
    private const int MaxWidth = 1 << 28;

    /// <summary>Architecture as the engine names it, such as <c>llama</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Name in the file, or empty.</summary>
    public string Name { get; init; } = "";

    /// <summary>What the file is: <c>model</c>, <c>adapter</c>, <c>mmproj</c>…</summary>
    public string FileKind { get; init; } = "model";

    /// <summary>Elements over all tensors.</summary>
    public long ParameterCount { get; init; }

    /// <summary>Such as <c>Q4_K_M</c>.</summary>
    public required string QuantizationName { get; init; }

    /// <summary>Layers.</summary>
    public int BlockCount { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public int EmbeddingLength { get; init; }

    /// <summary>Width of the feed-forward part, the largest where layers differ.</summary>
    public int FeedForwardLength { get; init; }

    /// <summary>Attention heads, the largest where layers differ.</summary>
    public int HeadCount { get; init; }

    /// <summary>Key-value heads of each layer.</summary>
    public IReadOnlyList<int> HeadCountKv { get; init; } = [];

    /// <summary>Elements of a key head.</summary>
    public int KeyLength { get; init; }

    /// <summary>Elements of a value head.</summary>
    public int ValueLength { get; init; }

    /// <summary>Context the model was trained for, in tokens.</summary>
    public int ContextLength { get; init; }

    /// <summary>Tokens of the vocabulary.</summary>
    public int VocabularySize { get; init; }

    /// <summary>SHA-256 of the chat template's UTF-8 text, 64 hex digits; null without a template.</summary>
    public string? ChatTemplateSha256 { get; init; }

    /// <summary>True when the file has a chat template.</summary>
    public bool HasChatTemplate => ChatTemplateSha256 is not null;

    /// <summary>Set for mixture-of-experts models.</summary>
    public ExpertFacts? Experts { get; init; }

    /// <summary>Set when the file states a sliding window.</summary>
    public SlidingWindowFacts? SlidingWindow { get; init; }

    /// <summary>Reads the facts from a checked header.</summary>
    /// <exception cref="InvalidModelException">A key has an impossible value, or the architecture is missing.</exception>
    public static ModelFacts From(GgufFile file)
    {
        GgufMetadata metadata = file.Metadata;
        string? architecture = metadata.GetText("general.architecture");
        if (string.IsNullOrWhiteSpace(architecture))
        {
            throw new InvalidModelException(
                "The model file does not name its architecture (key 'general.architecture'); use a complete GGUF file."
            );
        }

        int Count(string key) => metadata.GetCount($"{architecture}.{key}", MaxWidth) ?? 0;
        int layers = metadata.GetCount($"{architecture}.block_count", MaxLayers) ?? 0;
        int embedding = Count("embedding_length");
        int heads = Largest(metadata, $"{architecture}.attention.head_count", layers);
        int headLength = heads > 0 ? embedding / heads : 0;
        string? template = metadata.GetText("tokenizer.chat_template");
        return new ModelFacts
        {
            Architecture = architecture,
            Name = metadata.GetText("general.name") ?? "",
            FileKind = metadata.GetText("general.type") ?? "model",
            ParameterCount = file.Tensors.Aggregate(0L, (sum, tensor) => checked(sum + tensor.ElementCount)),
            QuantizationName = QuantizationNames.Of(file),
            BlockCount = layers,
            EmbeddingLength = embedding,
            FeedForwardLength = Largest(metadata, $"{architecture}.feed_forward_length", layers),
            HeadCount = heads,
            HeadCountKv =
                metadata.GetCounts($"{architecture}.attention.head_count_kv", layers, MaxWidth)
                ?? metadata.GetCounts($"{architecture}.attention.head_count", layers, MaxWidth)
                ?? [],
            KeyLength = metadata.GetCount($"{architecture}.attention.key_length", MaxWidth) ?? headLength,
            ValueLength = metadata.GetCount($"{architecture}.attention.value_length", MaxWidth) ?? headLength,
            ContextLength = Count("context_length"),
            VocabularySize = Vocabulary(file, architecture),
            ChatTemplateSha256 = template is null
                ? null
                : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(template))),
            Experts = ExpertsOf(metadata, architecture),
            SlidingWindow = SlidingWindowOf(metadata, architecture, layers),
        };
    }

    private static int Largest(GgufMetadata metadata, string key, int layers) =>
        metadata.GetCounts(key, layers, MaxWidth) is { Count: > 0 } values ? values.Max() : 0;

    private static int Vocabulary(GgufFile file, string architecture)
    {
        long? tokens = file.Metadata.GetArrayLength("tokenizer.ggml.tokens");
        return tokens is { } length && length <= MaxWidth
            ? (int)length
            : file.Metadata.GetCount($"{architecture}.vocab_size", MaxWidth) ?? 0;
    }

    private static ExpertFacts? ExpertsOf(GgufMetadata metadata, string architecture)
    {
        int count = metadata.GetCount($"{architecture}.expert_count", MaxWidth) ?? 0;
        return count == 0
            ? null
            : new ExpertFacts(
                count,
                metadata.GetCount($"{architecture}.expert_used_count", MaxWidth) ?? 0,
                metadata.GetCount($"{architecture}.expert_feed_forward_length", MaxWidth) ?? 0
            );
    }

    private static SlidingWindowFacts? SlidingWindowOf(GgufMetadata metadata, string architecture, int layers)
    {
        int window = metadata.GetCount($"{architecture}.attention.sliding_window", MaxWidth) ?? 0;
        if (window == 0)
        {
            return null;
        }

        string key = $"{architecture}.attention.sliding_window_pattern";
        return metadata.IsArray(key)
            ? new SlidingWindowFacts(window, metadata.GetCounts(key, layers, MaxWidth), null)
            : new SlidingWindowFacts(window, null, metadata.GetCount(key, MaxLayers));
    }
}
