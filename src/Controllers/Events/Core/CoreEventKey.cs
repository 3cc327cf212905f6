namespace LlmOperator.Controllers.Events.Core;

/// <summary>What makes two events of core/v1 the same.</summary>
/// <param name="Key">Type, reason, object.</param>
/// <param name="Message">Message; null for the event that combines similar ones.</param>
internal sealed record CoreEventKey(EventKey Key, string? Message);
