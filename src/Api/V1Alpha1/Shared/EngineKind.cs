namespace LlmOperator.Api.V1Alpha1;

/// <summary>What runs a model.</summary>
public enum EngineKind
{
    /// <summary>llama-server of llama.cpp, as a child process of the node agent.</summary>
    LlamaCpp,

    /// <summary>An Ollama server that runs on the node.</summary>
    Ollama,

    /// <summary>Any server on the node that speaks the OpenAI protocol.</summary>
    OpenAICompatible,
}
