using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A model by the name that <c>ollama pull</c> takes.</summary>
public sealed record OllamaModelSource
{
    /// <summary>Name, for example <c>qwen2.5-coder:7b</c> or <c>registry.example.com/team/model:tag</c>. The tag is <c>latest</c> by default.</summary>
    [Required]
    [RegularExpression("^[A-Za-z0-9][A-Za-z0-9._:/-]*$")]
    [MaxLength(512)]
    public string Name { get; init; } = "";

    /// <summary>Secret of the same namespace with the credential of the registry.</summary>
    public PullSecretReference? PullSecretRef { get; init; }
}
