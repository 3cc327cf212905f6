using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A rule: when all of its conditions hold, its targets are used.</summary>
public sealed record RoutingRule
{
    /// <summary>Name, shown in the response header that says why.</summary>
    [Required]
    [RegularExpression("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    [MaxLength(63)]
    public string Name { get; init; } = "";

    /// <summary>Conditions; all that are set must hold. A rule without conditions always holds.</summary>
    public RoutingMatch Match { get; init; } = new();

    /// <summary>Targets; one is drawn by weight, the others follow by weight.</summary>
    [Required]
    [MinLength(1)]
    [MaxLength(16)]
    public IReadOnlyList<RouteTarget> Targets { get; init; } = [];

    /// <summary>What stays with the target that was drawn for it.</summary>
    [DefaultValue(DrawBy.Request)]
    public DrawBy DrawBy { get; init; } = DrawBy.Request;

    /// <summary>Copies of the rule's requests for a target on trial; as the policy says where it is absent.</summary>
    public ShadowCopies? Shadow { get; init; }

    /// <summary>What happens when none of the rule's targets can answer.</summary>
    [DefaultValue(UnavailableAction.Fallback)]
    public UnavailableAction OnUnavailable { get; init; } = UnavailableAction.Fallback;
}
