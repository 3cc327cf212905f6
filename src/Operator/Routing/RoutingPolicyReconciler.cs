using LlmOperator.Api.V1Alpha1;
using LlmOperator.Api.Validation;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Controllers.Reconciling;

namespace LlmOperator.Operator.Routing;

/// <summary>Says whether a policy is sound and everything that it names exists.</summary>
[Rbac<RoutingPolicy>("patch", Subresource = "status")]
internal sealed class RoutingPolicyReconciler(
    ILister<RoutingPolicy> policies,
    TargetReferences references,
    RoutingStatuses statuses,
    BudgetReports budgets
) : IReconciler<RoutingPolicy>
{
    public async Task<ReconcileResult> ReconcileAsync(
        ReconcileRequest request,
        CancellationToken cancellationToken
    )
    {
        if (policies.Find(request.Key) is not { IsBeingDeleted: false } policy)
        {
            return ReconcileResult.Finished;
        }

        string? ns = policy.Metadata.Namespace;
        List<RoutingProblem> problems =
        [
            .. RoutingStatuses.Of(RoutingValidation.Check(policy.Spec)),
            .. references.Missing(ns, Targets(policy.Spec)),
            .. (policy.Spec.Rules ?? [])
                .Index()
                .SelectMany(r =>
                    references.MissingRoles(
                        ns,
                        $"spec.rules[{r.Index}].match.roles",
                        r.Item.Match.Roles ?? []
                    )
                ),
        ];
        (IReadOnlyList<BudgetStatus>? report, ReconcileResult again) = budgets.Of(
            nameof(RoutingPolicy),
            policy.Key,
            policy.Spec.Budgets,
            policy.Status?.Budgets
        );
        await statuses.WriteAsync<RoutingPolicy, RoutingPolicySpec>(
            policy,
            problems,
            $"{policy.Spec.Rules?.Count ?? 0} rules.",
            report,
            cancellationToken
        );
        return again;
    }

    private static IEnumerable<(string Path, RouteTarget Target)> Targets(RoutingPolicySpec spec)
    {
        foreach ((int rule, RoutingRule item) in (spec.Rules ?? []).Index())
        {
            foreach ((int index, RouteTarget target) in item.Targets.Index())
            {
                yield return ($"spec.rules[{rule}].targets[{index}]", target);
            }
        }

        foreach ((int index, RouteTarget target) in (spec.Targets ?? []).Index())
        {
            yield return ($"spec.targets[{index}]", target);
        }

        foreach ((int index, RouteTarget target) in (spec.Fallback ?? []).Index())
        {
            yield return ($"spec.fallback[{index}]", target);
        }
    }
}
