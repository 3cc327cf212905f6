using LlmOperator.Api.V1Alpha1;
using LlmOperator.Api.Validation;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Controllers.Reconciling;

namespace LlmOperator.Operator.Routing;

/// <summary>Says whether a key is sound and still opens something, and how far its budgets are used.</summary>
[Rbac<RouterKey>("patch", Subresource = "status")]
internal sealed class RouterKeyReconciler(
    ILister<RouterKey> keys,
    RoutingStatuses statuses,
    BudgetReports budgets,
    TimeProvider time
) : IReconciler<RouterKey>
{
    // Timers beyond this are set again when it is over.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(1);

    public async Task<ReconcileResult> ReconcileAsync(
        ReconcileRequest request,
        CancellationToken cancellationToken
    )
    {
        if (keys.Find(request.Key) is not { IsBeingDeleted: false } key)
        {
            return ReconcileResult.Finished;
        }

        List<RoutingProblem> problems = [.. RoutingStatuses.Of(RoutingValidation.Check(key.Spec))];
        TimeSpan? left = key.Spec.Expires - time.GetUtcNow();
        if (left <= TimeSpan.Zero)
        {
            problems.Add(
                new RoutingProblem(
                    RoutingConditions.KeyExpired,
                    "spec.expires is over: the key opens nothing. Move it, or delete the key."
                )
            );
        }

        (IReadOnlyList<BudgetStatus>? report, ReconcileResult again) = budgets.Of(
            nameof(RouterKey),
            key.Key,
            key.Spec.Budgets,
            key.Status?.Budgets
        );
        await statuses.WriteAsync<RouterKey, RouterKeySpec>(
            key,
            problems,
            key.Spec.AllowedNames is { } names ? $"Opens {names.Count} names." : "Opens its namespace.",
            report,
            cancellationToken
        );
        return again is ReconcileResult.RequeueAfter || left is not { } expiry || expiry <= TimeSpan.Zero
            ? again
            : ReconcileResult.After(expiry < s_longestWait ? expiry : s_longestWait);
    }
}
