using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>One immutable file of an artifact: its digest is its name.</summary>
public sealed record ArtifactFile
{
    /// <summary>What it is for.</summary>
    [Required]
    public ArtifactFileRole Role { get; init; }

    /// <summary>SHA-256 of its bytes, <c>sha256:</c> and 64 hexadecimal digits.</summary>
    [Required]
    [RegularExpression("^sha256:[0-9a-f]{64}$")]
    public string Digest { get; init; } = "";

    /// <summary>Number of its bytes.</summary>
    public long SizeBytes { get; init; }

    /// <summary>Path in the repository at the artifact's revision; absent where the digest alone finds the file.</summary>
    [MaxLength(1024)]
    public string? Path { get; init; }
}
