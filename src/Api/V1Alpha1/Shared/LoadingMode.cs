namespace LlmOperator.Api.V1Alpha1;

/// <summary>When a placed model is in memory.</summary>
public enum LoadingMode
{
    /// <summary>From the start, always.</summary>
    Preload,

    /// <summary>From the first request until it was idle for long enough.</summary>
    OnDemand,
}
