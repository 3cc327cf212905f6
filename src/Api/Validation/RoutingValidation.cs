using System.Text.RegularExpressions;
using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Api.Validation;

/// <summary>Checks the specs of the routing kinds across fields.</summary>
public static class RoutingValidation
{
    /// <summary>All problems of a WorkerRole's spec; empty when it is sound.</summary>
    public static IReadOnlyList<SpecProblem> Check(WorkerRoleSpec spec) =>
        [
            .. spec.Targets.Count == 0
                ? [new SpecProblem("spec.targets", "list at least one target")]
                : Targets(spec.Targets, "spec.targets"),
            .. ContextBudgetValidation.Check(spec.ContextBudget),
            .. Budgets(spec.Budgets),
        ];

    /// <summary>All problems of a RouterKey's spec; empty when it is sound.</summary>
    public static IReadOnlyList<SpecProblem> Check(RouterKeySpec spec) =>
        [
            .. spec.Sha256.Length == 64 && spec.Sha256.All(char.IsAsciiHexDigitLower)
                ? Array.Empty<SpecProblem>()
                :
                [
                    new SpecProblem(
                        "spec.sha256",
                        "write the SHA-256 of the key as 64 digits of 0-9a-f; llmop key create makes both"
                    ),
                ],
            .. Budgets(spec.Budgets),
        ];

    /// <summary>All problems of an InferenceProvider's spec; empty when it is sound.</summary>
    public static IReadOnlyList<SpecProblem> Check(InferenceProviderSpec spec) =>
        [.. BaseUrl(spec.BaseUrl), .. Models(spec.Models)];

    /// <summary>All problems of a RoutingPolicy's spec; empty when it is sound.</summary>
    public static IReadOnlyList<SpecProblem> Check(RoutingPolicySpec spec) =>
        [
            .. Rules(spec.Rules ?? []),
            .. RuleConditionValidation.Check(spec),
            .. DataClassValidation.Check(spec.DataClasses ?? []),
            .. CostAndSpeedValidation.Check(spec),
            .. Targets(spec.Targets ?? [], "spec.targets"),
            .. Targets(spec.Fallback ?? [], "spec.fallback"),
            .. Shadow(spec.Shadow, "spec.shadow"),
            .. Budgets(spec.Budgets),
        ];

    private static IEnumerable<SpecProblem> Budgets(IReadOnlyList<Budget>? budgets) =>
        (budgets ?? [])
            .Index()
            .Where(b => b.Item.Usd is null == b.Item.Tokens is null)
            .Select(b => new SpecProblem($"spec.budgets[{b.Index}]", "set either usd or tokens"));

    private static IEnumerable<SpecProblem> Targets(IReadOnlyList<RouteTarget> targets, string path) =>
        targets
            .Index()
            .Where(t => string.IsNullOrEmpty(t.Item.Model) && string.IsNullOrEmpty(t.Item.Provider))
            .Select(t => new SpecProblem(
                $"{path}[{t.Index}]",
                "set model (a local model), or provider and model (a provider's model)"
            ));

    private static IEnumerable<SpecProblem> Shadow(ShadowCopies? shadow, string path) =>
        shadow is not null
        && string.IsNullOrEmpty(shadow.Target.Model)
        && string.IsNullOrEmpty(shadow.Target.Provider)
            ?
            [
                new SpecProblem(
                    $"{path}.target",
                    "set model (a local model), or provider and model (a provider's model)"
                ),
            ]
            : [];

    private static IEnumerable<SpecProblem> BaseUrl(string text)
    {
        if (
            !Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
            || url.Scheme is not ("http" or "https")
            || url.UserInfo.Length > 0
        )
        {
            yield return new SpecProblem(
                "spec.baseUrl",
                "write an https URL without user name and password, for example https://api.example.com/v1"
            );
        }
        else if (url.Scheme == "http" && !url.IsLoopback)
        {
            yield return new SpecProblem(
                "spec.baseUrl",
                "plain http is for loopback addresses only, as it would show the key on the way; use https"
            );
        }
    }

    private static IEnumerable<SpecProblem> Models(IReadOnlyList<ProviderModel> models)
    {
        if (models.Count == 0)
        {
            yield return new SpecProblem("spec.models", "list at least one model");
        }

        foreach ((int index, ProviderModel model) in models.Index())
        {
            if (models.Take(index).Any(m => m.Name == model.Name))
            {
                yield return new SpecProblem(
                    $"spec.models[{index}].name",
                    $"\"{model.Name}\" is there twice"
                );
            }
        }
    }

    private static IEnumerable<SpecProblem> Rules(IReadOnlyList<RoutingRule> rules)
    {
        foreach ((int index, RoutingRule rule) in rules.Index())
        {
            string path = $"spec.rules[{index}]";
            if (rule.Targets.Count == 0)
            {
                yield return new SpecProblem($"{path}.targets", "list at least one target");
            }

            foreach (
                SpecProblem problem in Targets(rule.Targets, $"{path}.targets")
                    .Concat(Shadow(rule.Shadow, $"{path}.shadow"))
            )
            {
                yield return problem;
            }

            if (rule.Match.PromptTokens is { Above: { } above, Below: { } below } && (long)above + 1 >= below)
            {
                yield return new SpecProblem(
                    $"{path}.match.promptTokens",
                    "below must be larger than above by at least 2"
                );
            }

            foreach (SpecProblem problem in Patterns(rule.Match.Patterns ?? [], $"{path}.match.patterns"))
            {
                yield return problem;
            }
        }
    }

    // The router matches without backtracking, so that no pattern can take exponential time.
    internal static IEnumerable<SpecProblem> Patterns(IReadOnlyList<string> patterns, string path)
    {
        foreach ((int index, string pattern) in patterns.Index())
        {
            string? error = null;
            try
            {
                _ = new Regex(pattern, RegexOptions.NonBacktracking, TimeSpan.FromSeconds(1));
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                error =
                    e is NotSupportedException
                        ? "look-around, back-references and atomic groups are not supported"
                        : $"not a regular expression: {e.Message}";
            }

            if (error is not null)
            {
                yield return new SpecProblem($"{path}[{index}]", error);
            }
        }
    }
}
