namespace LlmOperator.Api.V1Alpha1;

/// <summary>Which of a request's targets follow when its local model is not in memory and the wait for it is over.</summary>
public enum ColdStartMode
{
    /// <summary>All that follow, in their order.</summary>
    Wait,

    /// <summary>Local models that are in memory and not known to be larger.</summary>
    SmallerSibling,

    /// <summary>Providers, as far as mode and data classes let the request leave.</summary>
    Cloud,

    /// <summary>None: the request fails.</summary>
    Fail,
}
