using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A share of a context; where both are set, the smaller holds.</summary>
[CelRule("has(self.tokens) || has(self.percent)", "set tokens or percent")]
public sealed record ContextShare
{
    /// <summary>Most tokens.</summary>
    [Range(1, 16_777_216)]
    public int? Tokens { get; init; }

    /// <summary>Most of the target's context length, in percent; ignored at a provider whose model states no context length.</summary>
    [Range(1, 100)]
    public int? Percent { get; init; }
}
