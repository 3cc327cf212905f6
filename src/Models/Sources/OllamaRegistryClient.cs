namespace LlmOperator.Models.Sources;

/// <summary>The pull protocol of the Ollama registry (and of OCI registries that hold GGUF layers).</summary>
internal sealed class OllamaRegistryClient(GuardedHttp http, SourceSettings settings, TimeProvider time)
{
    private const string ManifestTypes =
        "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json";

    private readonly RegistryManifestClient _manifests = new(http, time);

    public async Task<ResolvedModel> ResolveAsync(
        OllamaSource source,
        SourceCredentials? credentials,
        CancellationToken cancellationToken
    )
    {
        Uri repository = RegistryAddresses.RepositoryOf(settings, source);
        IReadOnlyDictionary<string, string> headers = SourceTokens.HeadersFor(
            repository,
            credentials,
            settings
        );
        RegistryManifest manifest = await _manifests.GetAsync(
            repository,
            source.Name.Tag,
            ManifestTypes,
            headers,
            $"model '{source.Name}'",
            cancellationToken
        );
        IReadOnlyList<ResolvedFile> files = OllamaManifest.Files(manifest.Body, repository, headers);
        return new ResolvedModel
        {
            Digest = files[0].Digest,
            SizeBytes = files.Sum(file => file.SizeBytes),
            Files = files,
            Revision = manifest.Digest.ToString(),
            DisplayName = source.DisplayName,
        };
    }
}
