using LlmOperator.Router.Policies;

namespace LlmOperator.Router.Accounting.Decisions;

/// <summary>The score of a task with its terms.</summary>
/// <param name="Total">From 0 to 100.</param>
/// <param name="Terms">What it is the sum of.</param>
internal sealed record DecidedComplexity(int Total, IReadOnlyList<ComplexityTerm> Terms);
