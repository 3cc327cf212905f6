using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Api.Validation;

/// <summary>
/// Checks an LlmModel's spec across fields: what the CEL rules of the schema say, for servers that do not know CEL,
/// and what CEL cannot say.
/// </summary>
public static class LlmModelValidation
{
    /// <summary>All problems of a spec; empty when it is sound.</summary>
    public static IReadOnlyList<SpecProblem> Check(LlmModelSpec spec) => [.. Problems(spec)];

    private static IEnumerable<SpecProblem> Problems(LlmModelSpec spec)
    {
        if (spec.Source is null && spec.Variants is not { Count: > 0 })
        {
            yield return new SpecProblem("spec", "set source, or at least one entry of variants");
        }

        if (spec.Source is { } source)
        {
            foreach (SpecProblem problem in SourceChecks.Check(source, "spec.source"))
            {
                yield return problem;
            }
        }

        foreach (SpecProblem problem in SourceChecks.Check(spec.Variants ?? [], "spec.variants"))
        {
            yield return problem;
        }

        foreach (SpecProblem problem in Numbers(spec))
        {
            yield return problem;
        }
    }

    private static IEnumerable<SpecProblem> Numbers(LlmModelSpec spec)
    {
        if (spec.Context.Minimum > spec.Context.Preferred)
        {
            yield return new SpecProblem(
                "spec.context.minimum",
                $"{spec.Context.Minimum} must not be larger than preferred, which is {spec.Context.Preferred}"
            );
        }

        if (spec.Context.Preferred < 1 || spec.Context.Minimum < 1)
        {
            yield return new SpecProblem("spec.context", "context lengths must be positive");
        }

        if (spec.ParallelSequences < 1)
        {
            yield return new SpecProblem("spec.parallelSequences", "must be at least 1");
        }

        if (spec.Placement.Replicas < 0)
        {
            yield return new SpecProblem("spec.placement.replicas", "must not be negative");
        }

        if (spec.Loading is { KeptPrompts: not null, Mode: not LoadingMode.OnDemand })
        {
            yield return new SpecProblem("spec.loading.keptPrompts", "needs mode OnDemand");
        }

        if (spec.Loading is { Memory: LoadingMemory.Shared, Mode: not LoadingMode.OnDemand })
        {
            yield return new SpecProblem("spec.loading.memory", "Shared needs mode OnDemand");
        }

        if (spec.Memory is { Override.Bytes: <= 0 })
        {
            yield return new SpecProblem("spec.memory.override", "must be more than 0 bytes");
        }
    }
}
