using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>How requests are routed. Clients reach the policy by its name, by one of its model names, or through a role that follows it.</summary>
public sealed record RoutingPolicySpec
{
    /// <summary>Further names that clients may send as <c>model</c>, for example <c>gpt-4o</c>.</summary>
    [ListSet]
    [MaxLength(64)]
    public IReadOnlyList<string>? ModelNames { get; init; }

    /// <summary>Which targets are allowed, and which come first. LocalOnly is a fence: no request leaves, on any path.</summary>
    [DefaultValue(RoutingMode.LocalFirst)]
    public RoutingMode Mode { get; init; } = RoutingMode.LocalFirst;

    /// <summary>
    /// How far a request may go by its header <c>x-llm-mode</c>; the policy's mode by default. Modes reach from LocalOnly over
    /// LocalFirst, Cheapest, Fastest and CloudFirst to CloudOnly: a header may ask for any up to this one.
    /// </summary>
    public RoutingMode? MaxMode { get; init; }

    /// <summary>Rules in order; the first whose every condition holds decides the first targets.</summary>
    [ListMap("name")]
    [MaxLength(64)]
    public IReadOnlyList<RoutingRule>? Rules { get; init; }

    /// <summary>Targets when no rule decides and the request came by the policy's own names, in order.</summary>
    [MaxLength(16)]
    public IReadOnlyList<RouteTarget>? Targets { get; init; }

    /// <summary>Targets that are tried in order when the first ones cannot answer.</summary>
    [MaxLength(16)]
    public IReadOnlyList<RouteTarget>? Fallback { get; init; }

    /// <summary>
    /// Classes of data that are looked for in every text of a request (system prompts, tool results and tool definitions too),
    /// and whether they may leave. A client's header <c>x-llm-data-class</c> adds classes and takes none away; a class that only
    /// a header knows stays in.
    /// </summary>
    [ListMap("name")]
    [MaxLength(32)]
    public IReadOnlyList<DataClassRule>? DataClasses { get; init; }

    /// <summary>How fast answers should be. Of <c>targets</c>, a role's targets and <c>fallback</c>, those that are fast enough come first; within both, the mode's order holds.</summary>
    public RoutingObjectives? Objectives { get; init; }

    /// <summary>What local answers cost, for mode Cheapest and for budgets in US dollars; nothing where it is absent.</summary>
    public LocalCost? LocalCost { get; init; }

    /// <summary>Copies of requests for a target on trial; none where it is absent.</summary>
    public ShadowCopies? Shadow { get; init; }

    /// <summary>How one of several replicas of a model is chosen.</summary>
    [DefaultValue(BalancingStrategy.PrefixAffinity)]
    public BalancingStrategy Balancing { get; init; } = BalancingStrategy.PrefixAffinity;

    /// <summary>Limits of time and attempts.</summary>
    public RoutingLimits Limits { get; init; } = new();

    /// <summary>What a request does whose OnDemand model is not in memory.</summary>
    public ColdStart ColdStart { get; init; } = new();

    /// <summary>Second attempts beside one that is late; none where it is absent.</summary>
    public HedgedRequests? Hedging { get; init; }

    /// <summary>How much may be asked by this policy, its roles included.</summary>
    public RequestLimits? RequestLimits { get; init; }

    /// <summary>What may be spent by this policy, its roles included.</summary>
    [ListMap("name")]
    [MaxLength(8)]
    public IReadOnlyList<Budget>? Budgets { get; init; }
}
