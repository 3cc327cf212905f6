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
        foreach ((int variantRank, InspectedVariant variant) in variants.Index())
        {
            foreach (int context in ContextLadder.Of(spec.Context, variant.Facts.ContextLength))
            {
                foreach ((int cacheRank, SpecCache cache) in caches.Distinct().Index())
                {
                    try
                    {
                        LoadChoice choice = Choice(spec, variant, context, cache);
                        choices.Add((context, choices.Count, Ranked(choice, variantRank, cacheRank)));
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

        List<int> contexts = [.. choices.Select(c => c.Context).Distinct().OrderDescending()];
        return
        [
            .. choices
                .OrderByDescending(c => c.Context)
                .ThenBy(c => c.Order)
                .Select(c =>
                    c.Choice with
                    {
                        Candidate = c.Choice.Candidate with { ContextRank = contexts.IndexOf(c.Context) },
                    }
                ),
        ];
    }

    private static LoadChoice Ranked(LoadChoice choice, int variantRank, int cacheRank) =>
        choice with
        {
            Candidate = choice.Candidate with { VariantRank = variantRank, CacheRank = cacheRank },
        };

    private static LoadChoice Choice(
        LlmModelSpec spec,
        InspectedVariant variant,
        int context,
        SpecCache cache
    )
    {
        bool isStored = spec.Loading.Mode == LoadingMode.StoreOnly;
        LoadParameters load = Parameters(spec, context, cache);
        (MemoryTerms onGpu, MemoryTerms beside, MemoryTerms onCpu) = Memory(spec, variant, load);
        return new LoadChoice
        {
            Artifact = variant.Artifact with { ChatTemplateSha256 = TemplatePin.Of(spec, variant.Artifact) },
            ContextLength = context,
            KvCacheType = cache,
            Layers = variant.Facts.BlockCount + 1,
            Candidate = new PlacementCandidate
            {
                Id = CandidateIds.Of(
                    variant.Artifact,
                    context,
                    spec.ParallelSequences,
                    cache,
                    spec.Engine,
                    spec.Loading.Mode
                ),
                Description = Describe(variant, context, cache),
                OnGpu = onGpu,
                BesideGpu = beside,
                OnCpu = onCpu,
                Split = spec.Memory is null && !isStored ? new DividedMemory(variant, load) : null,
                Architecture = spec.Memory is null && !isStored ? variant.Facts.Architecture : null,
                Digest = variant.Artifact.Digest,
                // A file of the node is used where it lies.
                FileBytes = variant.Artifact.Source.File is null ? variant.Artifact.SizeBytes : 0,
            },
        };
    }

    private static (MemoryTerms OnGpu, MemoryTerms Beside, MemoryTerms OnCpu) Memory(
        LlmModelSpec spec,
        InspectedVariant variant,
        LoadParameters load
    )
    {
        if (spec.Loading.Mode == LoadingMode.StoreOnly)
        {
            return (MemoryTerms.None, MemoryTerms.None, MemoryTerms.None);
        }

        if (spec.Memory is { } memory)
        {
            MemoryTerms stated = new(memory.Override.Bytes, 0, 0, 0);
            return (stated, MemoryTerms.None, stated);
        }

        MemoryPlan gpu = MemoryPlanner.Plan(variant.Files, load with { DeviceCount = 1 });
        MemoryPlan cpu = MemoryPlanner.Plan(variant.Files, load);
        return (
            DividedMemory.Terms(gpu.Devices[1]),
            DividedMemory.Terms(gpu.Host),
            DividedMemory.Terms(cpu.Host)
        );
    }

    private static LoadParameters Parameters(LlmModelSpec spec, int context, SpecCache cache) =>
        new()
        {
            ContextLength = context,
            ParallelSequences = spec.ParallelSequences,
            KvCacheType = Enum.Parse<EngineCache>(cache.ToString()),
        };

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
