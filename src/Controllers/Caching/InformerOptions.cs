namespace LlmOperator.Controllers.Caching;

/// <summary>What an informer caches. Two informers of one kind with equal options are one.</summary>
public sealed record InformerOptions
{
    /// <summary>Namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Label selector; an object that stops matching is reported as deleted (C23).</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>
    /// How often all cached objects are delivered again; null, the default, for never, at least one second. Never asks
    /// the server (C30): for periodic truth return <c>RequeueAfter</c>.
    /// </summary>
    public TimeSpan? ResyncPeriod { get; init; }

    /// <summary>Most objects in a page of the first list. Default 500.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>
    /// Gets the first state as a stream of events (C21), which costs the server less; falls back to pages where it is
    /// refused or ignored. On by default, as in client-go since 1.35.
    /// </summary>
    public bool UseStreamingList { get; init; } = true;
}
