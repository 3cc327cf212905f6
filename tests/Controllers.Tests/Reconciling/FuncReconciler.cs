using LlmOperator.Controllers.Reconciling;
using LlmOperator.Testing.Kubernetes;

namespace LlmOperator.Controllers.Tests.Reconciling;

/// <summary>A reconciler of widgets that is a function of the test.</summary>
internal sealed class FuncReconciler(
    Func<ReconcileRequest, CancellationToken, Task<ReconcileResult>> reconcile
) : IReconciler<Widget>
{
    public Task<ReconcileResult> ReconcileAsync(
        ReconcileRequest request,
        CancellationToken cancellationToken
    ) => reconcile(request, cancellationToken);
}
