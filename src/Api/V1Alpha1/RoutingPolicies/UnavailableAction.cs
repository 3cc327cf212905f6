namespace LlmOperator.Api.V1Alpha1;

/// <summary>What happens when no target of a rule can answer.</summary>
public enum UnavailableAction
{
    /// <summary>The policy's fallback chain is tried.</summary>
    Fallback,

    /// <summary>The request fails.</summary>
    Fail,
}
