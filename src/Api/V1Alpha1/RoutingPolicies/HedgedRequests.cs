using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>
/// A second attempt beside the first, when that has not begun to answer in the time in which 19 of 20 streams of its target
/// begin. The client gets the stream that begins first; the other attempt is cancelled, and what it used is charged too.
/// </summary>
public sealed record HedgedRequests
{
    /// <summary>Where second attempts go. Only ever to targets of the request's plan.</summary>
    [DefaultValue(HedgeTargets.Local)]
    public HedgeTargets Targets { get; init; } = HedgeTargets.Local;

    /// <summary>Largest share of the policy's streams that get a second attempt, in percent; each router counts its own.</summary>
    [DefaultValue(5)]
    [Range(1, 50)]
    public int Percent { get; init; } = 5;

    /// <summary>Shortest wait before a second attempt, however fast the target is.</summary>
    [DefaultValue("100ms")]
    [RegularExpression(Duration.Pattern)]
    public Duration LeastWait { get; init; } = Duration.Parse("100ms");
}
