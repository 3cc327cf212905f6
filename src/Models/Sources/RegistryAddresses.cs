namespace LlmOperator.Models.Sources;

/// <summary>Addresses of the registry protocol.</summary>
public static class RegistryAddresses
{
    private const string DockerHub = "registry-1.docker.io";

    // The names that people write for Docker Hub, which does not serve the protocol under them.
    private static readonly string[] s_dockerHubNames = ["docker.io", "index.docker.io"];

    /// <summary>Host of a source's registry with its port where that is not the scheme's; null when it has none.</summary>
    public static string? HostOf(SourceSettings settings, ModelSource source) =>
        source is OllamaSource or OciSource ? RepositoryOf(settings, source).Authority : null;

    /// <summary>True when both are names of Docker Hub, or equal.</summary>
    public static bool IsSameHost(string left, string right) =>
        string.Equals(ServedAt(left), ServedAt(right), StringComparison.OrdinalIgnoreCase);

    /// <summary>The repository of a model, with a slash at its end.</summary>
    internal static Uri RepositoryOf(SourceSettings settings, ModelSource source) =>
        source switch
        {
            OllamaSource ollama => new(
                RegistryOf(settings, ollama),
                $"v2/{ollama.Name.Namespace}/{ollama.Name.Model}/"
            ),
            OciSource oci => new(OfHost(settings, oci.Reference.Host), $"v2/{PathOf(oci.Reference)}/"),
            _ => throw new ArgumentException("A source without a registry.", nameof(source)),
        };

    /// <summary>A blob of a repository.</summary>
    internal static Uri Blob(Uri repository, ModelDigest digest) => new(repository, $"blobs/{digest}");

    /// <summary>A manifest of a repository.</summary>
    internal static Uri Manifest(Uri repository, string tagOrDigest) =>
        new(repository, $"manifests/{tagOrDigest}");

    private static Uri OfHost(SourceSettings settings, string host)
    {
        Uri https = new($"https://{ServedAt(host)}/");
        return AddressGuard.AllowsPlainHttp(settings, https.Host) ? new Uri($"http://{host}/") : https;
    }

    private static Uri RegistryOf(SourceSettings settings, OllamaSource source) =>
        source switch
        {
            { Registry: { } registry } => WithSlash(registry),
            { Name.Host: { } host } => OfHost(settings, host),
            _ => WithSlash(settings.OllamaRegistry),
        };

    // Docker Hub keeps names of one part under library/.
    private static string PathOf(OciReference reference) =>
        ServedAt(reference.Host) == DockerHub && !reference.Repository.Contains('/', StringComparison.Ordinal)
            ? "library/" + reference.Repository
            : reference.Repository;

    private static string ServedAt(string host) =>
        s_dockerHubNames.Contains(host, StringComparer.OrdinalIgnoreCase) ? DockerHub : host;

    private static Uri WithSlash(Uri address) => new(address.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");
}
