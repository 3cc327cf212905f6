namespace LlmOperator.NodeAgent.Pulling;

/// <summary>One place failed, so that the next in the order is asked.</summary>
/// <param name="From">The place that failed, for people.</param>
/// <param name="To">The place that is asked now, for people.</param>
/// <param name="Why">What was wrong.</param>
internal sealed record PullFall(string From, string To, string Why)
{
    /// <summary>As an event says it.</summary>
    public override string ToString() => $"{From} failed, so that {To} is asked: {Why}";
}
