namespace LlmOperator.Kubernetes.Meta;

/// <summary>One page, or all, of the objects of a kind.</summary>
/// <typeparam name="T">Kind of the items.</typeparam>
public sealed record KubernetesList<T>
    where T : KubernetesObject
{
    /// <summary>Version of the list and the token of the next page.</summary>
    public ListMeta Metadata { get; init; } = new();

    /// <summary>The objects.</summary>
    public IReadOnlyList<T> Items { get; init; } = [];
}
