namespace LlmOperator.Api.Schema;

/// <summary>Where in an object a schema stands.</summary>
internal enum SchemaPart
{
    /// <summary>Written by people or by another controller: bounded, with defaults and rules.</summary>
    Spec,

    /// <summary>Written by our own controllers: shape alone, so that no report is refused for its length.</summary>
    Status,
}
