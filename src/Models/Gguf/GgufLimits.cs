namespace LlmOperator.Models.Gguf;

/// <summary>What a header may claim. Anything above is refused before memory is allocated for it.</summary>
public sealed record GgufLimits
{
    /// <summary>The defaults below.</summary>
    public static GgufLimits Default { get; } = new();

    /// <summary>Tensors in one file; default 65,536 (the largest known models have some 2,000).</summary>
    public int MaxTensors { get; init; } = 65_536;

    /// <summary>Metadata entries; default 65,536.</summary>
    public int MaxMetadataEntries { get; init; } = 65_536;

    /// <summary>Bytes of a metadata key; default 65,535, the format's own limit.</summary>
    public int MaxKeyBytes { get; init; } = 65_535;

    /// <summary>
    /// Bytes of one text of a list, and of a text that is kept; a longer value is passed over
    /// (<see cref="GgufValue.LongText"/>). Default 1 MiB.
    /// </summary>
    public int MaxStringBytes { get; init; } = 1 << 20;

    /// <summary>Bytes of one chat template; default 4 MiB.</summary>
    public int MaxTemplateBytes { get; init; } = 4 << 20;

    /// <summary>Elements of one array; default 2^30.</summary>
    public long MaxArrayElements { get; init; } = 1L << 30;

    /// <summary>Integer and boolean arrays up to this length are kept; default 4,096 (per-layer values).</summary>
    public int MaxKeptElements { get; init; } = 4_096;

    /// <summary>
    /// Memory for keys, texts and short lists together; default 24 MiB. With the largest tensor table it keeps a reader
    /// within 64 MiB beyond the header's own size.
    /// </summary>
    public long MaxKeptBytes { get; init; } = 24L << 20;

    /// <summary>
    /// Bytes of the whole header; default 64 MiB (a vocabulary of 260,000 tokens with its merges takes some 16 MiB).
    /// </summary>
    public long MaxHeaderBytes { get; init; } = 64L << 20;

    /// <summary>Largest alignment; default 64 KiB.</summary>
    public int MaxAlignment { get; init; } = 64 << 10;
}
