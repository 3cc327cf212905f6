namespace LlmOperator.Kubernetes.Client;

/// <summary>What to list.</summary>
public sealed record ListOptions
{
    /// <summary>Namespace; null for all namespaces or a cluster-scoped kind.</summary>
    public string? Namespace { get; init; }

    /// <summary>Label selector, for example <c>app=demo</c>.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector, for example <c>metadata.name=demo</c>.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Most items in a page; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Token of the page to continue with.</summary>
    public string? Continue { get; init; }

    /// <summary>Resource version asked for: null (quorum read), <c>0</c> (any), or a version.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary><c>NotOlderThan</c> or <c>Exact</c>; null for the server's default.</summary>
    public string? ResourceVersionMatch { get; init; }
}
