namespace LlmOperator.Models.Sources;

/// <summary>The pull protocol of OCI registries (distribution specification 1.1).</summary>
internal sealed class OciClient(GuardedHttp http, SourceSettings settings, TimeProvider time)
{
    private const string ManifestTypes =
        "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, "
        + "application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json";

    private readonly RegistryManifestClient _manifests = new(http, time);

    public async Task<ResolvedModel> ResolveAsync(
        OciSource source,
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
        string what = $"model '{source.Reference}'";
        RegistryManifest manifest = await _manifests.GetAsync(
            repository,
            source.Reference.TagOrDigest,
            ManifestTypes,
            headers,
            what,
            cancellationToken
        );
        RegistryManifest chosen = OciIndex.Choose(manifest, what) is { } inner
            ? await _manifests.GetAsync(
                repository,
                inner.ToString(),
                ManifestTypes,
                headers,
                what,
                cancellationToken
            )
            : manifest;
        IReadOnlyList<PinnedFile> layers = OciLayers.Choose(chosen, what);
        ResolvedFile[] files =
        [
            .. layers.Select(layer => new ResolvedFile
            {
                Role = layer.Role,
                Digest = layer.Digest,
                SizeBytes = layer.SizeBytes,
                Url = RegistryAddresses.Blob(repository, layer.Digest),
                Headers = headers,
                Repository = repository,
            }),
        ];
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
