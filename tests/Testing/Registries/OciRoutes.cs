using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LlmOperator.Models.Sources;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Testing.Registries;

/// <summary>
/// An OCI registry's part of the stand-in: <c>/v2/</c>, manifests by tag and by digest with their digest in the answer,
/// blobs by digest. Log-in is the stand-in's: a 401 names the realm.
/// </summary>
public sealed class OciRoutes
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    private readonly RegistryStandIn _standIn;
    private readonly ConcurrentDictionary<string, byte[]> _manifests = new();

    internal OciRoutes(RegistryStandIn standIn)
    {
        _standIn = standIn;
    }

    /// <summary>Publishes a model with one GGUF layer. Returns the digest of its manifest.</summary>
    public ModelDigest Add(
        string repository,
        string tag,
        RegistryContent model,
        string layerType = "application/vnd.docker.ai.gguf.v3"
    )
    {
        RegistryContent config = RegistryContent.FromBytes(Encoding.UTF8.GetBytes("{}"));
        foreach (RegistryContent content in new[] { model, config })
        {
            _standIn.AddContent($"content/{content.Digest.FileName}", content);
        }

        return AddManifest(
            repository,
            tag,
            JsonSerializer.Serialize(
                new
                {
                    schemaVersion = 2,
                    mediaType = ManifestType,
                    config = Descriptor("application/vnd.docker.ai.model.config.v0.1+json", config),
                    layers = new[] { Descriptor(layerType, model) },
                }
            )
        );
    }

    /// <summary>Publishes any text as a manifest. Returns its digest.</summary>
    public ModelDigest AddManifest(string repository, string tag, string manifest)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(manifest);
        ModelDigest digest = ModelDigest.FromHash(SHA256.HashData(bytes));
        _manifests[$"v2/{repository}/manifests/{tag}"] = bytes;
        _manifests[$"v2/{repository}/manifests/{digest}"] = bytes;
        return digest;
    }

    internal async Task<bool> TryAnswerAsync(HttpContext context, string path)
    {
        if (path == "v2")
        {
            return true;
        }

        if (!_manifests.TryGetValue(path, out byte[]? manifest))
        {
            return false;
        }

        context.Response.ContentType = ManifestType;
        context.Response.Headers["Docker-Content-Digest"] = ModelDigest
            .FromHash(SHA256.HashData(manifest))
            .ToString();
        await context.Response.Body.WriteAsync(manifest);
        return true;
    }

    private static object Descriptor(string mediaType, RegistryContent content) =>
        new
        {
            mediaType,
            digest = content.Digest.ToString(),
            size = content.Length,
        };
}
