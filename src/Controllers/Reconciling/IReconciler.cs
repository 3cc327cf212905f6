using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.Reconciling;

/// <summary>
/// Brings the world towards what one object says. Called with a key, never with an event (C40): the same result must
/// come out when events are lost, doubled or reordered. One key is never reconciled twice at once.
/// </summary>
/// <typeparam name="T">Primary kind.</typeparam>
public interface IReconciler<T>
    where T : KubernetesObject
{
    /// <summary>
    /// Reconciles one object. An exception makes the key come again with a growing delay;
    /// <see cref="TerminalReconcileException"/> does not.
    /// </summary>
    /// <param name="request">Which object.</param>
    /// <param name="cancellationToken">Cancelled when the controller stops.</param>
    Task<ReconcileResult> ReconcileAsync(ReconcileRequest request, CancellationToken cancellationToken);
}
