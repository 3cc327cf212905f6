namespace LlmOperator.Router.Dialects.Ollama;

/// <summary>Where an answer's text stands.</summary>
internal enum OllamaShape
{
    /// <summary>In <c>message.content</c>.</summary>
    Chat,

    /// <summary>In <c>response</c>.</summary>
    Generate,
}
