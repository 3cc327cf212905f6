namespace LlmOperator.Engines;

/// <summary>The engines that can serve a model.</summary>
public enum EngineKind
{
    /// <summary>llama-server of llama.cpp as a child process.</summary>
    LlamaCpp,

    /// <summary>A running Ollama server.</summary>
    Ollama,

    /// <summary>Any running server that speaks the OpenAI API.</summary>
    OpenAICompatible,
}
