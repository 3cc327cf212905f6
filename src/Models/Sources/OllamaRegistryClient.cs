using System.Net;
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
        Uri registry = RegistryOf(source);
        Uri repository = new(registry, $"v2/{source.Name.Namespace}/{source.Name.Model}/");
        GuardedRequest request = new(HttpMethod.Get, new Uri(repository, $"manifests/{source.Name.Tag}"))
        {
            Accept = ManifestTypes,
            HostHeaders = SourceTokens.HeadersFor(registry, credentials, _settings),
        };
        HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
        try
        {
            if (response.StatusCode == HttpStatusCode.Unauthorized)
            {
                RegistryTokenClient tokens = new(_http, _time);
                string? token = await tokens.GetAsync(
                    registry,
                    response,
                    request.HostHeaders,
                    cancellationToken
                );
                if (token is not null)
                {
                    response.Dispose();
                    request = request with { HostHeaders = SourceTokens.Bearer(token) };
                    response = await _http.SendAsync(request, cancellationToken);
                }
            }

            if (!response.IsSuccessStatusCode)
            {
                throw SourceAnswers.Error(response, $"model '{source.Name}'", _time);
            }

            byte[] body = await SourceAnswers.ReadBodyAsync(response, cancellationToken);
            IReadOnlyList<ResolvedFile> files = OllamaManifest.Files(
                body,
                repository,
                request.HostHeaders,
                response
            );
            return new ResolvedModel
            {
                Digest = files[0].Digest,
                SizeBytes = files.Sum(file => file.SizeBytes),
                Files = files,
                Revision = ModelDigest.FromHash(SHA256.HashData(body)).ToString(),
                DisplayName = source.DisplayName,
            };
        }
        finally
        {
            response.Dispose();
        }
    }

    private Uri RegistryOf(OllamaSource source)
    {
        if (source.Registry is { } registry)
        {
            return WithSlash(registry);
        }

        if (source.Name.Host is not { } host)
        {
            return WithSlash(_settings.OllamaRegistry);
        }

        Uri https = new($"https://{host}/");
        return _http.AllowsPlainHttp(https.Host) ? new Uri($"http://{host}/") : https;
    }

    private static Uri WithSlash(Uri address) => new(address.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");
}
