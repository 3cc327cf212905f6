using LlmOperator.Models.Sources;
using Spec = LlmOperator.Api.V1Alpha1.ModelSource;

namespace LlmOperator.Artifacts;

/// <summary>Turns a source of the API into one that can be resolved. Pure.</summary>
public static class SourceMapping
{
    /// <summary>The source to resolve.</summary>
    /// <param name="source">Source of a spec; no catalog.</param>
    /// <param name="revision">Revision that was resolved before and is kept; null for what the spec says.</param>
    /// <exception cref="ModelSourceException">A field cannot be understood; names it.</exception>
    public static ModelSource ToResolvable(Spec source, string? revision) =>
        source switch
        {
            { Ollama: { } ollama } => new OllamaSource(Parse(ollama.Name)),
            { HuggingFace: { } hub } => new HuggingFaceSource(
                hub.Repo,
                hub.File,
                // A branch moves; what was resolved once stays.
                revision is { Length: > 0 }
                    ? revision
                    : hub.Revision ?? "main",
                hub.Quantization
            ),
            { Http: { } http } => new HttpSource(new Uri(http.Url, UriKind.Absolute), Digest(http.Sha256)),
            { Oci: { } oci } => new OciSource(ParseOci(oci.Reference)),
            { File: { } file } => new FileSource(file.Path, Digest(file.Sha256)),
            _ => throw new ModelSourceException(
                ModelSourceFailure.Invalid,
                "The source is empty; set exactly one of ollama, huggingFace, http, oci, file, catalog."
            ),
        };

    private static OllamaName Parse(string name) =>
        OllamaName.TryParse(name, out OllamaName? parsed)
            ? parsed
            : throw new ModelSourceException(
                ModelSourceFailure.Invalid,
                $"ollama.name \"{name}\" must read [host/][namespace/]model[:tag]."
            );

    private static OciReference ParseOci(string text) =>
        OciReference.TryParse(text, out OciReference? parsed)
            ? parsed
            : throw new ModelSourceException(
                ModelSourceFailure.Invalid,
                $"oci.reference \"{text}\" must read host/repository[:tag][@sha256:digest]."
            );

    private static ModelDigest? Digest(string? hex) => hex is null ? null : ModelDigest.Parse(hex);
}
