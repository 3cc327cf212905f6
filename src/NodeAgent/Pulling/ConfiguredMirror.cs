using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>The registry that an agent asks last: it finds each file by its digest, under whatever name. Pure.</summary>
internal static class ConfiguredMirror
{
    // A registry face keeps no files by the name of a URL.
    private static readonly OllamaName s_unnamed = OllamaName.Parse("library/mirrored");

    /// <summary>The mirror for a pull; null where there is none, or it must not be asked.</summary>
    /// <param name="mirror">Base URL; null for none.</param>
    /// <param name="token">Bearer token for it and for nobody else; null for none.</param>
    /// <param name="source">What is pulled; only files that are known by digest are asked for.</param>
    /// <param name="isPrivate">A Secret is needed for the source, and the mirror would not check the right to it.</param>
    public static PullMirror? Of(Uri? mirror, string? token, ModelSource source, bool isPrivate) =>
        mirror is null || isPrivate || source is not PinnedSource pinned
            ? null
            : new PullMirror(
                new PinnedSource(
                    new OllamaSource(NameOf(pinned.Origin), mirror),
                    [.. pinned.Files.Select(file => file with { Path = null })],
                    ""
                ),
                _ => Task.FromResult(token is null ? null : new SourceCredentials(token))
            )
            {
                Name = mirror.Authority,
            };

    /// <summary>Settings with which the mirror can be reached: whoever configures an agent vouches for its host.</summary>
    public static SourceSettings Allow(SourceSettings settings, Uri? mirror) =>
        mirror is null
            ? settings
            : settings with
            {
                AllowPrivateHosts = [.. settings.AllowPrivateHosts, mirror.Host],
                AllowPlainHttpHosts =
                    mirror.Scheme == Uri.UriSchemeHttp
                        ? [.. settings.AllowPlainHttpHosts, mirror.Host]
                        : settings.AllowPlainHttpHosts,
            };

    private static OllamaName NameOf(ModelSource source) =>
        source switch
        {
            OllamaSource ollama => ollama.Name,
            OciSource oci => LastParts(oci.Reference.Repository),
            HuggingFaceSource hub => LastParts(hub.Repo),
            _ => s_unnamed,
        };

    // A registry face has names of two parts.
    private static OllamaName LastParts(string path) =>
        OllamaName.TryParse(string.Join('/', path.Split('/').TakeLast(2)), out OllamaName? name)
            ? name
            : s_unnamed;
}
