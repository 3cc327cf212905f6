using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A source resolved to immutable content.</summary>
public sealed record ModelArtifact
{
    /// <summary>Name of the variant; <c>default</c> when the spec has a single source.</summary>
    [Required]
    public string Variant { get; init; } = "";

    /// <summary>The source that was resolved, after catalog look-up.</summary>
    public ModelSource Source { get; init; } = new();

    /// <summary>SHA-256 of the weights, <c>sha256:</c> and 64 hexadecimal digits; absent until the first download of an HTTP source without one.</summary>
    public string? Digest { get; init; }

    /// <summary>Bytes of the weights.</summary>
    public long SizeBytes { get; init; }

    /// <summary>SHA-256 of the chat template that the file must have, in hexadecimal; absent for a model without one.</summary>
    public string? ChatTemplateSha256 { get; init; }

    /// <summary>Revision that was resolved: a commit, or a manifest digest.</summary>
    public string? Revision { get; init; }

    /// <summary>When the source was found to be this.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>
    /// The files that the source was resolved to, the weights first. Nodes pull these by digest and ask for no name again;
    /// absent until the first download of an HTTP source without a digest, and for a file of the node.
    /// </summary>
    [MaxLength(1024)]
    public IReadOnlyList<ArtifactFile>? Files { get; init; }
}
