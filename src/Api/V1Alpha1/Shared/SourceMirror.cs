namespace LlmOperator.Api.V1Alpha1;

/// <summary>
/// Another place that has the same files. Exactly one field is set. Only files with the digests of the source are taken
/// from it.
/// </summary>
public sealed record SourceMirror
{
    /// <summary>The model in another registry that speaks Ollama's protocol.</summary>
    public OllamaModelSource? Ollama { get; init; }

    /// <summary>The model in another OCI registry.</summary>
    public OciModelSource? Oci { get; init; }

    /// <summary>The file in another Hugging Face repository.</summary>
    public HuggingFaceModelSource? HuggingFace { get; init; }

    /// <summary>The file by URL; for models of a single file.</summary>
    public HttpModelSource? Http { get; init; }
}
