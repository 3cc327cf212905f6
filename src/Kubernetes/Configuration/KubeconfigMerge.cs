namespace LlmOperator.Kubernetes.Configuration;

/// <summary>
/// Merges kubeconfigs as kubectl does (C2): the first file with an entry of a name wins with the whole entry, and the
/// first current-context that is not empty wins.
/// </summary>
internal static class KubeconfigMerge
{
    public static Kubeconfig Merge(Kubeconfig first, Kubeconfig second) =>
        new()
        {
            Source = $"{first.Source}{Path.PathSeparator}{second.Source}",
            CurrentContext = string.IsNullOrEmpty(first.CurrentContext)
                ? second.CurrentContext
                : first.CurrentContext,
            Clusters = Union(first.Clusters, second.Clusters, c => c.Name),
            Contexts = Union(first.Contexts, second.Contexts, c => c.Name),
            Users = Union(first.Users, second.Users, u => u.Name),
        };

    private static List<T> Union<T>(
        IReadOnlyList<T>? first,
        IReadOnlyList<T>? second,
        Func<T, string> name
    ) => [.. (first ?? []).Concat(second ?? []).DistinctBy(name)];
}
