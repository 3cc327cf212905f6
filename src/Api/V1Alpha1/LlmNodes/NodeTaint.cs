using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Something about a node that a model has to tolerate (spec.placement.tolerations) to be placed there.</summary>
public sealed record NodeTaint
{
    /// <summary>Name, for example <c>dedicated</c>.</summary>
    [Required]
    [MinLength(1)]
    [MaxLength(316)]
    public string Key { get; init; } = "";

    /// <summary>Value; absent for none.</summary>
    [MaxLength(63)]
    public string? Value { get; init; }

    /// <summary>What it does to models that do not tolerate it.</summary>
    [DefaultValue(TaintEffect.NoSchedule)]
    public TaintEffect Effect { get; init; } = TaintEffect.NoSchedule;
}
