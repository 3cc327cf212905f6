using System.ComponentModel;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>How much of a target's context tools and system prompt may take. Tokens are estimated, by what was learned of the target.</summary>
[CelRule("has(self.tools) || has(self.system)", "set tools or system")]
public sealed record ContextBudget
{
    /// <summary>Share of the definitions of tools.</summary>
    public ContextShare? Tools { get; init; }

    /// <summary>Share of system messages, the role's own prompt included.</summary>
    public ContextShare? System { get; init; }

    /// <summary>What happens at a target where a share is exceeded.</summary>
    [DefaultValue(ContextExceededAction.Refuse)]
    public ContextExceededAction OnExceeded { get; init; } = ContextExceededAction.Refuse;
}
