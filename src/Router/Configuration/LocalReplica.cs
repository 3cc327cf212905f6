namespace LlmOperator.Router.Configuration;

/// <summary>A replica that takes requests.</summary>
/// <param name="Name">Name of the ModelReplica.</param>
/// <param name="Node">Its node.</param>
/// <param name="Endpoint">Base URL at the node's agent, ending with a slash.</param>
internal sealed record LocalReplica(string Name, string Node, Uri Endpoint)
{
    /// <summary>Identifies it where what is known of targets is kept.</summary>
    public string Id { get; } = Endpoint.AbsoluteUri;

    /// <summary>Digest of its weights as verified on its node; null when not known.</summary>
    public string? Digest { get; init; }

    /// <summary>Tokens a sequence that it holds; 0 when not known.</summary>
    public int ContextLength { get; init; }

    /// <summary>Requests that its engine works on at the same time.</summary>
    public int ParallelSequences { get; init; } = 1;

    /// <summary>Whether it is in memory now: an on-demand one may have to be loaded first.</summary>
    public bool IsLoaded { get; init; }

    /// <summary>Whether it is loaded at the first request.</summary>
    public bool IsOnDemand { get; init; }

    /// <summary>True when a request would have to wait until it is loaded.</summary>
    public bool IsCold => IsOnDemand && !IsLoaded;
}
