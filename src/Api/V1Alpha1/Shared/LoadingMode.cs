namespace LlmOperator.Api.V1Alpha1;

/// <summary>When a placed model is in memory.</summary>
public enum LoadingMode
{
    /// <summary>From the start, always.</summary>
    Preload,

    /// <summary>From the first request until it was idle for long enough.</summary>
    OnDemand,

    /// <summary>Never: its files are stored on its nodes, it holds no memory there and answers no request.</summary>
    StoreOnly,
}
