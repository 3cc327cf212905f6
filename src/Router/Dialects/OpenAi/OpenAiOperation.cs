namespace LlmOperator.Router.Dialects.OpenAi;

/// <summary>What a client asks for.</summary>
internal enum OpenAiOperation
{
    /// <summary><c>/v1/chat/completions</c>.</summary>
    ChatCompletions,

    /// <summary><c>/v1/completions</c>.</summary>
    Completions,

    /// <summary><c>/v1/embeddings</c>.</summary>
    Embeddings,
}
