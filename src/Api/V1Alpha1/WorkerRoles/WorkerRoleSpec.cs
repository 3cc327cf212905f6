using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Who does the work, and how.</summary>
public sealed record WorkerRoleSpec
{
    /// <summary>Targets in order: primary, fallback, emergency. Each is tried when those before it cannot answer.</summary>
    [Required]
    [MinLength(1)]
    [MaxLength(16)]
    public IReadOnlyList<RouteTarget> Targets { get; init; } = [];

    /// <summary>System prompt that is put before the client's messages; not added when the client sends one itself.</summary>
    [MaxLength(65_536)]
    public string? SystemPrompt { get; init; }

    /// <summary>Sampling where the client does not say.</summary>
    public SamplingDefaults? Sampling { get; init; }

    /// <summary>Name of the RoutingPolicy in the same namespace whose mode, rules and limits hold for the role.</summary>
    [MaxLength(253)]
    public string? RoutingPolicyName { get; init; }

    /// <summary>How much of a target's context tools and system prompt may take; no limit where it is absent.</summary>
    public ContextBudget? ContextBudget { get; init; }

    /// <summary>How much may be asked by this role.</summary>
    public RequestLimits? RequestLimits { get; init; }

    /// <summary>What may be spent by this role.</summary>
    [ListMap("name")]
    [MaxLength(8)]
    public IReadOnlyList<Budget>? Budgets { get; init; }
}
