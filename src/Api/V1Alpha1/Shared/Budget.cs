using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>
/// What may be spent in each period, over all replicas of the router together. Before a target is asked, the most that
/// its answer may cost is reserved; when the answer is there, what it did cost is charged. A request that would go beyond
/// is not sent.
/// </summary>
[CelRule("has(self.usd) != has(self.tokens)", "set either usd or tokens")]
public sealed record Budget
{
    /// <summary>Name, shown in status and in refusals.</summary>
    [Required]
    [RegularExpression("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    [MaxLength(40)]
    public string Name { get; init; } = "";

    /// <summary>Over which time it counts.</summary>
    [Required]
    public BudgetPeriod Period { get; init; }

    /// <summary>Most US dollars in a period, for example <c>"25.00"</c>. Counted by the prices of the provider's models; what has no price costs nothing.</summary>
    [RegularExpression(UsdAmount.Pattern)]
    public string? Usd { get; init; }

    /// <summary>Most tokens in a period, of prompts and answers together.</summary>
    [Range(1, 1_000_000_000_000_000)]
    public long? Tokens { get; init; }

    /// <summary>What happens to a request that there is no room for.</summary>
    [DefaultValue(BudgetExceededAction.Fail)]
    public BudgetExceededAction OnExceeded { get; init; }
}
