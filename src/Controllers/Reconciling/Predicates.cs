using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.Reconciling;

/// <summary>Common predicates: which changes of an object are worth a reconcile.</summary>
public static class Predicates
{
    /// <summary>
    /// True unless only the status changed: appearance, deletion, another UID, generation, deletion timestamp, labels,
    /// annotations or finalizers. Keeps a controller from reconciling on its own status writes.
    /// </summary>
    public static bool IsNotStatusOnly<T>(T? old, T? @new)
        where T : KubernetesObject
    {
        if (old is null || @new is null || ReferenceEquals(old, @new))
        {
            return true;
        }

        ObjectMeta before = old.Metadata;
        ObjectMeta after = @new.Metadata;
        return before.Uid != after.Uid
            || before.Generation != after.Generation
            || before.DeletionTimestamp != after.DeletionTimestamp
            || !AreSame(before.Labels, after.Labels)
            || !AreSame(before.Annotations, after.Annotations)
            || !(before.Finalizers ?? []).SequenceEqual(after.Finalizers ?? []);
    }

    private static bool AreSame(
        IReadOnlyDictionary<string, string>? left,
        IReadOnlyDictionary<string, string>? right
    ) =>
        (left?.Count ?? 0) == (right?.Count ?? 0)
        && (left is null || left.All(p => right!.TryGetValue(p.Key, out string? value) && value == p.Value));
}
