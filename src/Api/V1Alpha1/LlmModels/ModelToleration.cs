using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A taint of nodes that the model puts up with.</summary>
public sealed record ModelToleration
{
    /// <summary>Name of the taint; absent for every taint.</summary>
    [MaxLength(316)]
    public string? Key { get; init; }

    /// <summary>Value that the taint must have; absent for any.</summary>
    [MaxLength(63)]
    public string? Value { get; init; }

    /// <summary>Effect that the taint must have; absent for any.</summary>
    public TaintEffect? Effect { get; init; }
}
