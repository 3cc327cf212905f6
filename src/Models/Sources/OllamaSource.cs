namespace LlmOperator.Models.Sources;

/// <summary>A model of the Ollama library, or of any registry that speaks its protocol.</summary>
/// <param name="Name">The name; its host, when written, is the registry.</param>
/// <param name="Registry">Registry to ask instead; null takes the name's host, else the configured registry.</param>
public sealed record OllamaSource(OllamaName Name, Uri? Registry = null) : ModelSource
{
    /// <inheritdoc/>
    public override string DisplayName => $"ollama {Name}";
}
