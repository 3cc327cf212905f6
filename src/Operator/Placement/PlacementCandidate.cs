namespace LlmOperator.Operator.Placement;

/// <summary>One way to load a model: a variant at a context with a cache type. All layers are on one device.</summary>
internal sealed record PlacementCandidate
{
    /// <summary>Identity: equal for equal ways, also after a restart.</summary>
    public required string Id { get; init; }

    /// <summary>In words, for messages, for example <c>Q4_K_M at 8192 tokens</c>.</summary>
    public required string Description { get; init; }

    /// <summary>Bytes on the GPU when all layers are there; null when that is not possible.</summary>
    public MemoryTerms? OnGpu { get; init; }

    /// <summary>Bytes in RAM besides, when all layers are on a GPU.</summary>
    public MemoryTerms BesideGpu { get; init; }

    /// <summary>Bytes in RAM when all layers are on the CPU; null when that is not possible.</summary>
    public MemoryTerms? OnCpu { get; init; }
}
