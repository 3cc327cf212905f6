namespace LlmOperator.Router.Policies;

/// <summary>One term of a score.</summary>
/// <param name="Name">Name, for example <c>code</c>.</param>
/// <param name="Points">Points that it adds.</param>
/// <param name="Most">Most that it can add.</param>
/// <param name="Observed">What was counted: tokens, lines, words.</param>
internal sealed record ComplexityTerm(string Name, int Points, int Most, int Observed);
