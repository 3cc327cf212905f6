using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Budgets;
using LlmOperator.Router.Classification;
using LlmOperator.Router.Limits;

namespace LlmOperator.Router.Configuration;

/// <summary>Makes policies ready for requests.</summary>
internal static class PolicyCompiler
{
    /// <summary>Compiles one; what cannot be compiled makes the policy unusable, for it may be the fence.</summary>
    public static Policy Compile(RoutingPolicy policy)
    {
        List<CompiledRule> rules = [];
        List<CompiledDataClass> classes = [];
        string? problem = null;
        foreach (RoutingRule rule in policy.Spec.Rules ?? [])
        {
            problem ??= Try(() => rules.Add(CompiledRule.Compile(rule))) is { } error
                ? $"routing policy {policy.Key}: rule {rule.Name} has a condition that cannot be used ({error})"
                : null;
        }

        foreach (DataClassRule rule in ClassesOf(policy.Spec))
        {
            problem ??= Try(() => classes.Add(CompiledDataClass.Compile(rule))) is { } error
                ? $"routing policy {policy.Key}: data class {rule.Name} has a pattern that cannot be used ({error})"
                : null;
        }

        return new Policy(
            policy.Key,
            policy.Metadata.CreationTimestamp ?? DateTimeOffset.UnixEpoch,
            policy.Spec,
            rules,
            problem
        )
        {
            DataClasses = classes,
            Budgets = CompiledBudget.Of(policy, policy.Spec.Budgets),
            RequestLimits = CompiledLimits.Of(policy, policy.Spec.RequestLimits),
        };
    }

    // A rule may ask for a known class that the policy says nothing about: it is looked for, and the rule decides alone.
    private static IEnumerable<DataClassRule> ClassesOf(RoutingPolicySpec spec)
    {
        IReadOnlyList<DataClassRule> declared = spec.DataClasses ?? [];
        IEnumerable<DataClassRule> asked = (spec.Rules ?? [])
            .SelectMany(r => r.Match.DataClasses ?? [])
            .Where(DataClasses.IsBuiltIn)
            .Distinct(StringComparer.Ordinal)
            .Where(name => !declared.Any(d => Classified.Same(d.Name, name)))
            .Select(name => new DataClassRule { Name = name, Leaving = DataLeaving.Allowed });
        return declared.Concat(asked);
    }

    private static string? Try(Action compile)
    {
        try
        {
            compile();
            return null;
        }
        catch (Exception e)
            when (e
                    is ArgumentException
                        or NotSupportedException
                        or FormatException
                        or TimeZoneNotFoundException
                        or InvalidTimeZoneException
            )
        {
            return e.Message;
        }
    }
}
