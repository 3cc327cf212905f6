namespace LlmOperator.Api.V1Alpha1;

/// <summary>Protocol of a provider.</summary>
public enum ProviderDialect
{
    /// <summary>OpenAI's REST protocol.</summary>
    OpenAI,
}
