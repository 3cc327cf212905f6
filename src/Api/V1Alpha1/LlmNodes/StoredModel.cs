using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A file in the model store.</summary>
public sealed record StoredModel
{
    /// <summary>Digest, <c>sha256:</c> and 64 hexadecimal digits.</summary>
    [Required]
    public string Digest { get; init; } = "";

    /// <summary>Bytes of the file.</summary>
    public long SizeBytes { get; init; }

    /// <summary>Name under which it was stored last.</summary>
    public string? Name { get; init; }
}
