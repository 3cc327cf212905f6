namespace LlmOperator.Controllers.Events;

/// <summary>An event that waits to be told.</summary>
internal sealed record RecordedEvent(EventKey Key, string Note, DateTimeOffset Time);
