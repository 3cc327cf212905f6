using LlmOperator.Api.V1Alpha1;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Memory;
using LlmOperator.Operator.Placement;
using LlmOperator.Operator.Replicas;
using EngineCache = LlmOperator.Models.Memory.KvCacheType;
using SpecCache = LlmOperator.Api.V1Alpha1.KvCacheType;

namespace LlmOperator.Operator.LlmModels;

/// <summary>
/// Every way to load a model with its memory, best first: the longest context before shorter ones, within one context
/// the variants in the order of the spec, within one variant the cache formats in the order of the spec. Pure.
/// </summary>
internal static class LoadChoices
{
    /// <summary>The ways to load a model.</summary>
    /// <param name="spec">What is wanted.</param>
    /// <param name="variants">What was found.</param>
    /// <exception cref="UnsupportedArchitectureException">The memory of a variant cannot be computed.</exception>
    /// <exception cref="InvalidLoadParametersException">No way to load any variant is possible.</exception>
    /// <exception cref="InvalidModelException">A variant's header lacks what is needed.</exception>
    public static IReadOnlyList<LoadChoice> Of(LlmModelSpec spec, IReadOnlyList<InspectedVariant> variants)
    {
        IReadOnlyList<SpecCache> caches = spec.KvCacheTypes is { Count: > 0 } list ? list : [SpecCache.F16];
        List<(int Context, int Order, LoadChoice Choice)> choices = [];
        InvalidLoadParametersException? impossible = null;
        foreach (InspectedVariant variant in variants)
        {
            foreach (int context in ContextLadder.Of(spec.Context, variant.Facts.ContextLength))
            {
                foreach (SpecCache cache in caches.Distinct())
                {
                    try
                    {
                        choices.Add((context, choices.Count, Choice(spec, variant, context, cache)));
                    }
                    catch (InvalidLoadParametersException e)
                    {
                        // Not every cache format suits every model; the others still count.
                        impossible = e;
                    }
                }
            }
        }

        if (choices.Count == 0 && impossible is not null)
        {
            throw new InvalidLoadParametersException(impossible.Message);
        }

        return [.. choices.OrderByDescending(c => c.Context).ThenBy(c => c.Order).Select(c => c.Choice)];
    }

    private static LoadChoice Choice(
        LlmModelSpec spec,
        InspectedVariant variant,
        int context,
        SpecCache cache
    )
    {
        (MemoryTerms onGpu, MemoryTerms beside, MemoryTerms onCpu) = Memory(spec, variant, context, cache);
        return new LoadChoice
        {
            Artifact = variant.Artifact,
            ContextLength = context,
            KvCacheType = cache,
            Layers = variant.Facts.BlockCount + 1,
            Candidate = new PlacementCandidate
            {
                Id = CandidateIds.Of(variant.Artifact, context, spec.ParallelSequences, cache, spec.Engine),
                Description = Describe(variant, context, cache),
                OnGpu = onGpu,
                BesideGpu = beside,
                OnCpu = onCpu,
            },
        };
    }

    private static (MemoryTerms OnGpu, MemoryTerms Beside, MemoryTerms OnCpu) Memory(
        LlmModelSpec spec,
        InspectedVariant variant,
        int context,
        SpecCache cache
    )
    {
        if (spec.Memory is { } memory)
        {
            MemoryTerms stated = new(memory.Override.Bytes, 0, 0, 0);
            return (stated, MemoryTerms.None, stated);
        }

        LoadParameters load = new()
        {
            ContextLength = context,
            ParallelSequences = spec.ParallelSequences,
            KvCacheType = Enum.Parse<EngineCache>(cache.ToString()),
        };
        MemoryPlan gpu = MemoryPlanner.Plan(variant.Headers, load with { DeviceCount = 1 });
        MemoryPlan cpu = MemoryPlanner.Plan(variant.Headers, load);
        return (Terms(gpu.Devices[1]), Terms(gpu.Host), Terms(cpu.Host));
    }

    private static MemoryTerms Terms(DeviceMemory memory) =>
        new(memory.WeightsBytes, memory.KvCacheBytes, memory.ComputeBytes, memory.OverheadBytes);

    private static string Describe(InspectedVariant variant, int context, SpecCache cache)
    {
        string name =
            variant.Artifact.Variant == LlmModelAcceptance.DefaultVariant
                ? variant.Facts.QuantizationName
                : variant.Artifact.Variant;
        string format = cache == SpecCache.F16 ? "" : $", {cache} cache";
        return $"{name} with a context of {context}{format}";
    }
}
