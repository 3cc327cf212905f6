namespace LlmOperator.Api.V1Alpha1;

/// <summary>Condition types and reasons of the routing kinds and of <see cref="ModelCatalog"/>.</summary>
public static class RoutingConditions
{
    /// <summary>The spec is sound and everything that it names exists.</summary>
    public const string Ready = "Ready";

    /// <summary>Something that it names is waited for (present only while true; kstatus).</summary>
    public const string Reconciling = "Reconciling";

    /// <summary>Nothing will change without a person (present only while true; kstatus).</summary>
    public const string Stalled = "Stalled";

    /// <summary>Reason: the Secret with the key does not exist, or has no such key.</summary>
    public const string KeyNotFound = "KeyNotFound";

    /// <summary>Reason: the time of the API key is over.</summary>
    public const string KeyExpired = "KeyExpired";

    /// <summary>Reason: all is there.</summary>
    public const string Resolved = "Resolved";
}
