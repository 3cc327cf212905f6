namespace LlmOperator.Router.Dialects.Responses;

/// <summary>What an item of an answer is.</summary>
internal enum ResponsesItemKind
{
    /// <summary>What the model says to itself.</summary>
    Reasoning,

    /// <summary>Text.</summary>
    Message,

    /// <summary>A call of a function.</summary>
    Call,
}
