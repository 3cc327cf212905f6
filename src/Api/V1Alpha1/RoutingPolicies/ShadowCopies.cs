using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>
/// Copies of answered requests to a target that is on trial. Nobody gets its answers: only times, tokens and outcomes are
/// kept, by which the modes Fastest and Cheapest know the target before it answers anybody.
/// </summary>
public sealed record ShadowCopies
{
    /// <summary>
    /// Where the copies go: one target, whose weight does not count. It gets nothing that the policy's mode and data classes
    /// keep from it, and gets placeholders where they say so.
    /// </summary>
    [Required]
    public RouteTarget Target { get; init; } = new();

    /// <summary>
    /// Share of the requests that are copied, in percent; drawn by a request's text, so that all routers copy the same ones. A
    /// copy is charged to the same budgets and left out when one has no room, and when too many copies are on their way.
    /// </summary>
    [DefaultValue(10)]
    [Range(1, 100)]
    public int Percent { get; init; } = 10;
}
