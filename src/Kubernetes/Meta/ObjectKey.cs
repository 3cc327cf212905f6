namespace LlmOperator.Kubernetes.Meta;

/// <summary>Namespace and name: the identity by which caches and queues know an object (not its UID).</summary>
/// <param name="Namespace">Namespace; null or empty for cluster-scoped objects.</param>
/// <param name="Name">Name of the object.</param>
public readonly record struct ObjectKey(string? Namespace, string Name)
{
    /// <summary>Namespace, or null for cluster-scoped objects.</summary>
    public string? Namespace { get; } = string.IsNullOrEmpty(Namespace) ? null : Namespace;

    /// <summary>Key of an object from its metadata.</summary>
    /// <exception cref="ArgumentException">The object has no name.</exception>
    public static ObjectKey Of(KubernetesObject obj) =>
        new(
            obj.Metadata.Namespace,
            obj.Metadata.Name ?? throw new ArgumentException("The object has no metadata.name.", nameof(obj))
        );

    /// <summary><c>namespace/name</c>, or the name alone for cluster-scoped objects.</summary>
    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";
}
