using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A GGUF file on the node itself; it is read where it is and never changed.</summary>
public sealed record FileModelSource
{
    /// <summary>Absolute path of the file.</summary>
    [Required]
    // No part is "..". A pattern, as a rule in CEL would be too dear in the long lists of a catalog.
    [RegularExpression("^(/([^/.][^/]*|[.][^/.][^/]*|[.][.][^/]+|[.])?)+$")]
    [MaxLength(4096)]
    public string Path { get; init; } = "";

    /// <summary>SHA-256 of the file in hexadecimal; a file that differs is refused.</summary>
    [RegularExpression("^[0-9a-f]{64}$")]
    public string? Sha256 { get; init; }
}
