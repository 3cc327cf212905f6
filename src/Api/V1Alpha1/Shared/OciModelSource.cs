using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>
/// A GGUF model in an OCI registry: a layer whose media type names gguf (Docker), or raw weights whose file path ends with
/// .gguf (ModelPack). Archives are not unpacked.
/// </summary>
public sealed record OciModelSource
{
    /// <summary>Reference with its registry, for example <c>registry.example.com/team/model:8b-q4</c> or <c>…/model@sha256:…</c>. The tag is <c>latest</c> by default.</summary>
    [Required]
    [RegularExpression(
        "^[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]+)?/[a-z0-9][a-z0-9._/-]*(:[A-Za-z0-9_][A-Za-z0-9._-]*)?(@sha256:[0-9a-f]{64})?$"
    )]
    [MaxLength(512)]
    public string Reference { get; init; } = "";

    /// <summary>Secret of the same namespace with the credential of the registry.</summary>
    public PullSecretReference? PullSecretRef { get; init; }
}
