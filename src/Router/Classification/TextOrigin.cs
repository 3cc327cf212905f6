namespace LlmOperator.Router.Classification;

/// <summary>What a text of a request is.</summary>
internal enum TextOrigin
{
    /// <summary>Part of a message, of a prompt or of an input, whoever's it is.</summary>
    Message,

    /// <summary>Part of a tool's definition.</summary>
    Tool,

    /// <summary>Any other field.</summary>
    Other,
}
