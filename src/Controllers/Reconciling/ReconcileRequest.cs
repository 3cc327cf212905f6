using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.Reconciling;

/// <summary>Which object to reconcile. The object itself is read from the cache.</summary>
/// <param name="Key">Namespace and name.</param>
public readonly record struct ReconcileRequest(ObjectKey Key)
{
    /// <summary><c>namespace/name</c>.</summary>
    public override string ToString() => Key.ToString();
}
