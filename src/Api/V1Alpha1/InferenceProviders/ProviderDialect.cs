namespace LlmOperator.Api.V1Alpha1;

/// <summary>Protocol of a provider.</summary>
public enum ProviderDialect
{
    /// <summary>OpenAI's REST protocol; Gemini, Ollama and most others have a face that speaks it.</summary>
    OpenAI,

    /// <summary>Anthropic's messages.</summary>
    Anthropic,

    /// <summary>Deployments of Azure OpenAI; the models' upstream names are the deployments.</summary>
    AzureOpenAI,
}
