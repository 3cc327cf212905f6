using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A GGUF file of a Hugging Face repository.</summary>
public sealed record HuggingFaceModelSource
{
    /// <summary>Repository, for example <c>Qwen/Qwen2.5-7B-Instruct-GGUF</c>.</summary>
    [Required]
    [RegularExpression("^[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*$")]
    [MaxLength(256)]
    public string Repo { get; init; } = "";

    /// <summary>File in the repository; by default the only GGUF file, or the one that <see cref="Quantization"/> names.</summary>
    [RegularExpression("^([A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*\\.gguf$")]
    [MaxLength(512)]
    public string? File { get; init; }

    /// <summary>Quantisation that chooses the file, for example <c>Q4_K_M</c>; ignored when <see cref="File"/> is set.</summary>
    [RegularExpression("^[A-Za-z0-9_]+$")]
    [MaxLength(32)]
    public string? Quantization { get; init; }

    /// <summary>Branch, tag or commit; <c>main</c> by default.</summary>
    [RegularExpression("^[A-Za-z0-9][A-Za-z0-9._/-]*$")]
    [MaxLength(128)]
    public string? Revision { get; init; }

    /// <summary>Secret of the same namespace with the access token of a gated repository.</summary>
    public SecretKeyReference? TokenSecretRef { get; init; }
}
