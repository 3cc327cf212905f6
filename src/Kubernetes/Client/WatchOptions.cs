namespace LlmOperator.Kubernetes.Client;

/// <summary>What to watch, and from where.</summary>
public sealed record WatchOptions
{
    /// <summary>Namespace; null for all namespaces or a cluster-scoped kind.</summary>
    public string? Namespace { get; init; }

    /// <summary>Label selector; the same as for the list (C23).</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector; the same as for the list (C23).</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Version after which events are wanted; null for the present state first.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>How long the server keeps the watch; null for the server's default.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Asks for bookmarks. On by default.</summary>
    public bool AllowBookmarks { get; init; } = true;

    /// <summary>Streaming list: the present state as events, ended by a bookmark (C21).</summary>
    public bool SendInitialEvents { get; init; }
}
