using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Cli.Planning;

/// <summary>What of the models is planned otherwise than they say, and how fast bytes come in.</summary>
internal sealed record FleetPlanSettings
{
    /// <summary>Bytes a second when none are stated: a gigabit network, nearly filled.</summary>
    public const long DefaultBytesPerSecond = 100L << 20;

    /// <summary>Context in tokens a sequence; null for what the models say.</summary>
    public int? ContextLength { get; init; }

    /// <summary>Sequences; null for what the models say.</summary>
    public int? ParallelSequences { get; init; }

    /// <summary>Format of the cache; null for what the models say.</summary>
    public KvCacheType? KvCacheType { get; init; }

    /// <summary>Bytes a second of a download.</summary>
    public long BytesPerSecond { get; init; } = DefaultBytesPerSecond;

    /// <summary>A model as it is planned.</summary>
    public LlmModel Apply(LlmModel model) =>
        model with
        {
            Spec = model.Spec with
            {
                Context = ContextLength is { } context
                    ? new ContextRange { Preferred = context }
                    : model.Spec.Context,
                ParallelSequences = ParallelSequences ?? model.Spec.ParallelSequences,
                KvCacheTypes = KvCacheType is { } cache ? [cache] : model.Spec.KvCacheTypes,
            },
        };
}
