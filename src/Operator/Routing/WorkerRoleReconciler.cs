using LlmOperator.Api.V1Alpha1;
using LlmOperator.Api.Validation;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Controllers.Reconciling;

namespace LlmOperator.Operator.Routing;

/// <summary>Says whether a role is sound and everything that it names exists.</summary>
[Rbac<WorkerRole>("patch", Subresource = "status")]
internal sealed class WorkerRoleReconciler(
    ILister<WorkerRole> roles,
    TargetReferences references,
    RoutingStatuses statuses,
    BudgetReports budgets
) : IReconciler<WorkerRole>
{
    public async Task<ReconcileResult> ReconcileAsync(
        ReconcileRequest request,
        CancellationToken cancellationToken
    )
    {
        if (roles.Find(request.Key) is not { IsBeingDeleted: false } role)
        {
            return ReconcileResult.Finished;
        }

        string? ns = role.Metadata.Namespace;
        List<RoutingProblem> problems =
        [
            .. RoutingStatuses.Of(RoutingValidation.Check(role.Spec)),
            .. references.Missing(
                ns,
                role.Spec.Targets.Index().Select(t => ($"spec.targets[{t.Index}]", t.Item))
            ),
            .. references.MissingPolicy(ns, "spec.routingPolicyName", role.Spec.RoutingPolicyName),
        ];
        (IReadOnlyList<BudgetStatus>? report, ReconcileResult again) = budgets.Of(
            nameof(WorkerRole),
            role.Key,
            role.Spec.Budgets,
            role.Status?.Budgets
        );
        await statuses.WriteAsync<WorkerRole, WorkerRoleSpec>(
            role,
            problems,
            $"{role.Spec.Targets.Count} targets, in order.",
            report,
            cancellationToken
        );
        return again;
    }
}
