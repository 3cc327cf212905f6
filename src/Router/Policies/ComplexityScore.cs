namespace LlmOperator.Router.Policies;

/// <summary>How hard a task seems, and why.</summary>
/// <param name="Total">From 0 to 100.</param>
/// <param name="Terms">What it is the sum of.</param>
internal sealed record ComplexityScore(int Total, IReadOnlyList<ComplexityTerm> Terms)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Total} ({string.Join(", ", Terms.Select(t => $"{t.Name} {t.Points}"))})";
}
