using System.Security.Cryptography;

namespace LlmOperator.Models.Sources;

/// <summary>Gets manifests of registries. Their size is bounded and their digest checked.</summary>
internal sealed class RegistryManifestClient(GuardedHttp http, TimeProvider time)
{
    /// <param name="repository">Repository, with a slash at its end.</param>
    /// <param name="tagOrDigest">Which manifest.</param>
    /// <param name="accept">Media types that can be read.</param>
    /// <param name="headers">Credentials.</param>
    /// <param name="what">What is asked for, as people write it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ModelSourceException">There is no such manifest, or it is not the one that was asked for.</exception>
    public async Task<RegistryManifest> GetAsync(
        Uri repository,
        string tagOrDigest,
        string accept,
        IReadOnlyDictionary<string, string> headers,
        string what,
        CancellationToken cancellationToken
    )
    {
        using HttpResponseMessage response = await http.SendAsync(
            new GuardedRequest(HttpMethod.Get, RegistryAddresses.Manifest(repository, tagOrDigest))
            {
                Accept = accept,
                HostHeaders = headers,
                Repository = repository,
            },
            cancellationToken
        );
        if (!response.IsSuccessStatusCode)
        {
            throw SourceAnswers.Error(response, what, time);
        }

        byte[] body = await SourceAnswers.ReadBodyAsync(response, cancellationToken);
        ModelDigest digest = ModelDigest.FromHash(SHA256.HashData(body));
        string? stated = response.Headers.TryGetValues(
            "Docker-Content-Digest",
            out IEnumerable<string>? values
        )
            ? values.FirstOrDefault()
            : null;
        bool isOther =
            (ModelDigest.TryParse(tagOrDigest, out ModelDigest wanted) && wanted != digest)
            || (ModelDigest.TryParse(stated, out ModelDigest said) && said != digest);
        return isOther
            ? throw SourceAnswers.Invalid(
                response,
                $"sends a manifest of {what} with another digest than it says"
            )
            : new RegistryManifest(body, digest);
    }
}
