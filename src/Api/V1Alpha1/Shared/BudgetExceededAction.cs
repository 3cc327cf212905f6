namespace LlmOperator.Api.V1Alpha1;

/// <summary>What happens to a request that a budget has no room for.</summary>
public enum BudgetExceededAction
{
    /// <summary>It is answered 429 with the time when the next period begins.</summary>
    Fail,

    /// <summary>Providers are left out, local models still answer. Such a budget counts what goes to providers and nothing else.</summary>
    LocalOnly,

    /// <summary>It waits until others give back what they had reserved, or the next period begins; at most as long as the request may take in all.</summary>
    Queue,
}
