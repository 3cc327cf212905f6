namespace LlmOperator.Router.Budgets;

/// <summary>A budget that has no room for an attempt.</summary>
/// <param name="Budget">Which.</param>
/// <param name="Message">Why, with what to do.</param>
/// <param name="RetryAfter">When there may be room.</param>
internal sealed record BudgetRefusal(CompiledBudget Budget, string Message, TimeSpan RetryAfter);
