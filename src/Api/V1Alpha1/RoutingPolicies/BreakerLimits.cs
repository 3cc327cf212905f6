using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>
/// When a target that fails is left alone. One that says nothing in time (no connection, or no first token within
/// limits.firstToken), or whose connection breaks, is left alone at once; one that answers with errors when they are too many.
/// Afterwards one request tries it; the others wait for how that ends.
/// </summary>
public sealed record BreakerLimits
{
    /// <summary>Share of failures, in percent of the attempts within the window, from which on the target is left alone.</summary>
    [DefaultValue(50)]
    [Range(1, 100)]
    public int FailurePercent { get; init; } = 50;

    /// <summary>Attempts within the window before a share says anything.</summary>
    [DefaultValue(5)]
    [Range(2, 1000)]
    public int MinRequests { get; init; } = 5;

    /// <summary>How far back attempts count; at least 500ms.</summary>
    [DefaultValue("30s")]
    [RegularExpression(Duration.Pattern)]
    public Duration Window { get; init; } = Duration.Parse("30s");

    /// <summary>How long the target is left alone; doubles each time that the one request that tries it fails.</summary>
    [DefaultValue("1s")]
    [RegularExpression(Duration.Pattern)]
    public Duration Open { get; init; } = Duration.Parse("1s");

    /// <summary>Longest time that it is left alone.</summary>
    [DefaultValue("30s")]
    [RegularExpression(Duration.Pattern)]
    public Duration MaxOpen { get; init; } = Duration.Parse("30s");
}
