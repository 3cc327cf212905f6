namespace LlmOperator.Models.Memory;

/// <summary>How the layers of an architecture remember: what the engine keeps for them besides the weights.</summary>
internal sealed record ArchitectureRule
{
    /// <summary>Which layers look back through a window only.</summary>
    public SlidingWindowRule Window { get; init; } = SlidingWindowRule.None;

    /// <summary>Which layers are recurrent.</summary>
    public RecurrentRule Recurrent { get; init; } = RecurrentRule.None;

    /// <summary>False for encoders, which see their whole input at once and keep nothing.</summary>
    public bool HasCache { get; init; } = true;

    /// <summary>False where nothing is computed from the vocabulary: the result is the embedding itself.</summary>
    public bool HasOutput { get; init; } = true;

    /// <summary>Only the first so many layers have a cache of their own, the others share it; 0 means all.</summary>
    public int OwnCacheLayers { get; init; }

    /// <summary>Earlier tokens that an RWKV layer mixes in, when the file does not say.</summary>
    public int TokenShift { get; init; } = 2;
}
