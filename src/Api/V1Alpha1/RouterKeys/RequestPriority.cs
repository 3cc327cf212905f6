namespace LlmOperator.Api.V1Alpha1;

/// <summary>Whose requests go first when a router has more than it can work on.</summary>
public enum RequestPriority
{
    /// <summary>Waits for all others, and is refused first.</summary>
    Low,

    /// <summary>Between the two.</summary>
    Normal,

    /// <summary>Goes first, and is refused last.</summary>
    High,
}
