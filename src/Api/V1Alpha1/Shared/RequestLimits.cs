using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>
/// How much may be asked in a minute and at the same time. A request above is answered 429 with the time to wait. What a
/// minute allows holds over all replicas of the router together.
/// </summary>
public sealed record RequestLimits
{
    /// <summary>Most requests in a minute; as many may come at once after a quiet minute.</summary>
    [Range(1, 1_000_000)]
    public int? RequestsPerMinute { get; init; }

    /// <summary>Most tokens in a minute, of prompts and answers together. Estimated before a request, corrected after it.</summary>
    [Range(1, 1_000_000_000)]
    public int? TokensPerMinute { get; init; }

    /// <summary>Most requests at the same time at one replica of the router.</summary>
    [Range(1, 100_000)]
    public int? ConcurrentRequests { get; init; }
}
