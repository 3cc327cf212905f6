namespace LlmOperator.Models.Sources;

/// <summary>A GGUF file in a Hugging Face repository.</summary>
/// <param name="Repo">Such as <c>Qwen/Qwen2.5-0.5B-Instruct-GGUF</c>.</param>
/// <param name="File">Path in the repository; null chooses by <paramref name="Quantization"/>.</param>
/// <param name="Revision">Branch, tag or commit; default <c>main</c>.</param>
/// <param name="Quantization">Such as <c>Q4_K_M</c>, which is also what null prefers.</param>
public sealed record HuggingFaceSource(
    string Repo,
    string? File = null,
    string Revision = "main",
    string? Quantization = null
) : ModelSource
{
    /// <inheritdoc/>
    public override string DisplayName =>
        $"huggingface {Repo}{(File ?? Quantization) switch { null => "", string part => ":" + part }}";
}
