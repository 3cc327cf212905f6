namespace LlmOperator.Kubernetes.Meta;

/// <summary>Metadata of a list.</summary>
public sealed record ListMeta
{
    /// <summary>Version of the store that the list shows; a watch may start from it.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Token for the next page; null or empty on the last.</summary>
    public string? Continue { get; init; }

    /// <summary>How many items follow on later pages, when the server says so.</summary>
    public long? RemainingItemCount { get; init; }
}
