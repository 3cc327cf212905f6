using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A GGUF file by URL.</summary>
public sealed record HttpModelSource
{
    /// <summary>URL without user name and password; https, or http for hosts that the operator's settings allow.</summary>
    [Required]
    [RegularExpression("^https?://[^/?#@]+([/?#].*)?$")]
    [MaxLength(2048)]
    public string Url { get; init; } = "";

    /// <summary>SHA-256 of the file in hexadecimal. Without it the digest of the first download is recorded and every later one must equal it.</summary>
    [RegularExpression("^[0-9a-f]{64}$")]
    public string? Sha256 { get; init; }
}
