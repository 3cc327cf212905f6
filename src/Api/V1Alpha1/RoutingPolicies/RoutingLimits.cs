using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Limits of time and attempts of one request.</summary>
public sealed record RoutingLimits
{
    /// <summary>Longest wait for the first content of a streamed answer from one target, before the next is tried. What is not streamed comes whole at its end: there each attempt gets its share of what is left of total.</summary>
    [DefaultValue("60s")]
    [RegularExpression(Duration.Pattern)]
    public Duration FirstToken { get; init; } = Duration.Parse("60s");

    /// <summary>Longest time of the whole request.</summary>
    [DefaultValue("10m")]
    [RegularExpression(Duration.Pattern)]
    public Duration Total { get; init; } = Duration.Parse("10m");

    /// <summary>Most targets that are tried.</summary>
    [DefaultValue(3)]
    [Range(1, 16)]
    public int Attempts { get; init; } = 3;

    /// <summary>When a target that fails is left alone, by all requests together.</summary>
    public BreakerLimits Breaker { get; init; } = new();
}
