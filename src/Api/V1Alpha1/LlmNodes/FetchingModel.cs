using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A file that is being pulled.</summary>
public sealed record FetchingModel
{
    /// <summary>Digest, <c>sha256:</c> and 64 hexadecimal digits.</summary>
    [Required]
    public string Digest { get; init; } = "";

    /// <summary>Bytes of the whole file.</summary>
    public long SizeBytes { get; init; }

    /// <summary>True while this node takes it from the origin itself.</summary>
    public bool FromOrigin { get; init; }
}
