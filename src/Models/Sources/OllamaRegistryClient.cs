using System.Security.Cryptography;

namespace LlmOperator.Models.Sources;

/// <summary>The pull protocol of the Ollama registry (and of OCI registries that hold GGUF layers).</summary>
internal sealed class OllamaRegistryClient
{
    private const string ManifestTypes =
        "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json";

    private readonly GuardedHttp _http;
    private readonly SourceSettings _settings;
    private readonly TimeProvider _time;

    public OllamaRegistryClient(GuardedHttp http, SourceSettings settings, TimeProvider time)
    {
        _http = http;
        _settings = settings;
        _time = time;
    }

    public async Task<ResolvedModel> ResolveAsync(
        OllamaSource source,
        SourceCredentials? credentials,
        CancellationToken cancellationToken
    )
    {
        Uri repository = RegistryAddresses.RepositoryOf(_settings, source);
        IReadOnlyDictionary<string, string> headers = SourceTokens.HeadersFor(
            repository,
            credentials,
            _settings
        );
        using HttpResponseMessage response = await _http.SendAsync(
            new GuardedRequest(HttpMethod.Get, RegistryAddresses.Manifest(repository, source.Name.Tag))
            {
                Accept = ManifestTypes,
                HostHeaders = headers,
                Repository = repository,
            },
            cancellationToken
        );
        if (!response.IsSuccessStatusCode)
        {
            throw SourceAnswers.Error(response, $"model '{source.Name}'", _time);
        }

        byte[] body = await SourceAnswers.ReadBodyAsync(response, cancellationToken);
        IReadOnlyList<ResolvedFile> files = OllamaManifest.Files(body, repository, headers, response);
        return new ResolvedModel
        {
            Digest = files[0].Digest,
            SizeBytes = files.Sum(file => file.SizeBytes),
            Files = files,
            Revision = ModelDigest.FromHash(SHA256.HashData(body)).ToString(),
            DisplayName = source.DisplayName,
        };
    }
}
