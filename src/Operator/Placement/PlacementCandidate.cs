namespace LlmOperator.Operator.Placement;

/// <summary>One way to load a model: a variant at a context with a cache type.</summary>
internal sealed record PlacementCandidate
{
    /// <summary>Identity: equal for equal ways, also after a restart.</summary>
    public required string Id { get; init; }

    /// <summary>In words, for messages, for example <c>Q4_K_M at 8192 tokens</c>.</summary>
    public required string Description { get; init; }

    /// <summary>Place of its context among those wanted: 0 is the longest.</summary>
    public int ContextRank { get; init; }

    /// <summary>Place of its variant among those declared: 0 is the best.</summary>
    public int VariantRank { get; init; }

    /// <summary>Place of its cache type among those declared: 0 is the best.</summary>
    public int CacheRank { get; init; }

    /// <summary>Bytes on the GPU when all layers are there; null when that is not possible.</summary>
    public MemoryTerms? OnGpu { get; init; }

    /// <summary>Bytes in RAM besides, when all layers are on a GPU.</summary>
    public MemoryTerms BesideGpu { get; init; }

    /// <summary>Bytes in RAM when all layers are on the CPU; null when that is not possible.</summary>
    public MemoryTerms? OnCpu { get; init; }

    /// <summary>Bytes when the layers are divided; null when they cannot be.</summary>
    public ISplitMemory? Split { get; init; }

    /// <summary>Architecture of the model; null where the memory is stated and nothing learned changes it.</summary>
    public string? Architecture { get; init; }

    /// <summary>Digest of the file; null when it is not known yet.</summary>
    public string? Digest { get; init; }

    /// <summary>Bytes of the file.</summary>
    public long FileBytes { get; init; }
}
