namespace LlmOperator.Controllers.Events;

/// <summary>Weight of an event.</summary>
public enum EventType
{
    /// <summary>Something expected happened.</summary>
    Normal,

    /// <summary>Something that a person may have to look at.</summary>
    Warning,
}
