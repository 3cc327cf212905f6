namespace LlmOperator.Router.Configuration;

/// <summary>What is known of a local model, for lists of models.</summary>
internal sealed record LocalModelFacts
{
    /// <summary>Nothing is known yet.</summary>
    public static LocalModelFacts None { get; } = new();

    /// <summary>Architecture, for example <c>llama</c>; empty when not known.</summary>
    public string Architecture { get; init; } = "";

    public long Parameters { get; init; }

    /// <summary>Quantisation, for example <c>Q4_K_M</c>; empty when not known.</summary>
    public string Quantization { get; init; } = "";

    /// <summary>Tokens a sequence that the placed replicas hold; 0 when none is placed.</summary>
    public int ContextLength { get; init; }

    /// <summary>SHA-256 of the weights in hexadecimal, without a prefix; empty when not known.</summary>
    public string Digest { get; init; } = "";

    /// <summary>Bytes of the weights.</summary>
    public long SizeBytes { get; init; }

    /// <summary>Bytes that a replica holds in memory.</summary>
    public long MemoryBytes { get; init; }
}
