namespace LlmOperator.Router.Budgets;

/// <summary>Times of budgets.</summary>
internal sealed record BudgetTimes
{
    /// <summary>How long a lease lasts without renewal; a router that is lost costs what it held. 15 seconds by default.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How much earlier the holder itself stops to use it: the time of a write and the drift of two clocks. 3 seconds by default.</summary>
    public TimeSpan Margin { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often a lease is renewed. 5 seconds by default.</summary>
    public TimeSpan Renewal { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often charges are written. 1 second by default: one write a second for each budget in use and router.</summary>
    public TimeSpan Flush { get; init; } = TimeSpan.FromSeconds(1);
}
