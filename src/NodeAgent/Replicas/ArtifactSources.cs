using LlmOperator.Api.V1Alpha1;
using LlmOperator.Models.Sources;
using ApiSource = LlmOperator.Api.V1Alpha1.ModelSource;
using ModelSource = LlmOperator.Models.Sources.ModelSource;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>The source of an artifact, as the resolver takes it.</summary>
internal static class ArtifactSources
{
    /// <exception cref="ModelSourceException">The artifact names no source that an agent can pull.</exception>
    public static ModelSource Of(ModelArtifact artifact)
    {
        ApiSource source = artifact.Source;
        try
        {
            return source switch
            {
                { Ollama: { } ollama } => new OllamaSource(OllamaName.Parse(ollama.Name)),
                { HuggingFace: { } hub } => new HuggingFaceSource(
                    hub.Repo,
                    hub.File,
                    artifact.Revision is { Length: > 0 } commit ? commit : hub.Revision ?? "main",
                    hub.Quantization
                ),
                { Http: { } http } => new HttpSource(new Uri(http.Url), Digest(http.Sha256)),
                { File: { } file } => new FileSource(file.Path, Digest(file.Sha256)),
                _ => throw new FormatException("it names no source"),
            };
        }
        catch (FormatException error)
        {
            throw new ModelSourceException(
                ModelSourceFailure.Invalid,
                $"The replica's artifact cannot be pulled: {error.Message}.",
                error
            );
        }
    }

    /// <summary>Digest that the artifact pins; null when it pins none.</summary>
    public static ModelDigest? Pinned(ModelArtifact artifact) => Digest(artifact.Digest);

    private static ModelDigest? Digest(string? text) =>
        string.IsNullOrEmpty(text) ? null : ModelDigest.Parse(text);
}
