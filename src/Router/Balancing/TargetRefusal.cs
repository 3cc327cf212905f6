namespace LlmOperator.Router.Balancing;

/// <summary>Why a target is not asked now.</summary>
/// <param name="Reason">For people.</param>
/// <param name="RetryIn">When it may be asked again.</param>
internal sealed record TargetRefusal(string Reason, TimeSpan RetryIn)
{
    /// <summary>True when it said itself that it is at its limit.</summary>
    public bool IsRateLimit { get; init; }

    /// <summary>True when asking it all the same costs next to nothing, should there be nobody else.</summary>
    public bool MayBeAskedInNeed { get; init; }
}
