namespace LlmOperator.Api.V1Alpha1;

/// <summary>How one of several replicas of a model is chosen.</summary>
public enum BalancingStrategy
{
    /// <summary>The replica that has the prompt's beginning in its cache, while it is not loaded much more than the others; else by session (header <c>x-session-id</c>, <c>prompt_cache_key</c>, <c>user</c>) or by the prompt's beginning.</summary>
    PrefixAffinity,

    /// <summary>Of two that are drawn, the one with fewer requests in flight.</summary>
    LeastOutstanding,

    /// <summary>One after the other.</summary>
    RoundRobin,
}
