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
}
