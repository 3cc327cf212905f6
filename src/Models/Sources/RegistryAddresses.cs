namespace LlmOperator.Models.Sources;

/// <summary>Addresses of the registry protocol.</summary>
internal static class RegistryAddresses
{
    /// <summary>The repository of an Ollama model, with a slash at its end.</summary>
    public static Uri RepositoryOf(SourceSettings settings, OllamaSource source) =>
        new(RegistryOf(settings, source), $"v2/{source.Name.Namespace}/{source.Name.Model}/");

    /// <summary>A blob of a repository.</summary>
    public static Uri Blob(Uri repository, ModelDigest digest) => new(repository, $"blobs/{digest}");

    /// <summary>A manifest of a repository.</summary>
    public static Uri Manifest(Uri repository, string tagOrDigest) =>
        new(repository, $"manifests/{tagOrDigest}");

    /// <summary>A registry by its host, with port when written.</summary>
    public static Uri OfHost(SourceSettings settings, string host)
    {
        Uri https = new($"https://{host}/");
        return AddressGuard.AllowsPlainHttp(settings, https.Host) ? new Uri($"http://{host}/") : https;
    }

    private static Uri RegistryOf(SourceSettings settings, OllamaSource source) =>
        source switch
        {
            { Registry: { } registry } => WithSlash(registry),
            { Name.Host: { } host } => OfHost(settings, host),
            _ => WithSlash(settings.OllamaRegistry),
        };

    private static Uri WithSlash(Uri address) => new(address.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");
}
