namespace LlmOperator.Api.V1Alpha1;

/// <summary>Which targets are allowed, and which come first.</summary>
public enum RoutingMode
{
    /// <summary>Local models, then providers.</summary>
    LocalFirst,

    /// <summary>Local models alone: nothing leaves.</summary>
    LocalOnly,

    /// <summary>Providers, then local models.</summary>
    CloudFirst,

    /// <summary>Providers alone.</summary>
    CloudOnly,

    /// <summary>By the expected cost of the request, cheapest first: prices of the providers' models and the policy's local cost (nothing where it states none). A provider's model without a price comes last.</summary>
    Cheapest,

    /// <summary>By the expected time of the answer, as measured lately; what was not measured lately comes first, so that it is.</summary>
    Fastest,
}
