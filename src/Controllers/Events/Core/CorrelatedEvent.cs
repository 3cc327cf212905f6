namespace LlmOperator.Controllers.Events.Core;

/// <summary>An event to write.</summary>
/// <param name="Key">What it is.</param>
/// <param name="Message">For people.</param>
/// <param name="Name">Name on the server; null when it is not there.</param>
/// <param name="FirstTime">When it first happened.</param>
/// <param name="Time">When it happened now.</param>
/// <param name="Count">How often, this time included.</param>
internal sealed record CorrelatedEvent(
    CoreEventKey Key,
    string Message,
    string? Name,
    DateTimeOffset FirstTime,
    DateTimeOffset Time,
    int Count
);
