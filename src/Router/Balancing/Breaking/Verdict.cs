namespace LlmOperator.Router.Balancing.Breaking;

/// <summary>What one attempt says of its target.</summary>
internal enum Verdict
{
    /// <summary>The target answers.</summary>
    Good,

    /// <summary>It does not, or only with errors.</summary>
    Bad,
}
