using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Testing.Registries;

/// <summary>The Ollama registry's part of the stand-in.</summary>
public sealed class OllamaRoutes
{
    private const string Prefix = "application/vnd.ollama.image.";
    private readonly RegistryStandIn _standIn;
    private readonly ConcurrentDictionary<string, byte[]> _manifests = new();

    internal OllamaRoutes(RegistryStandIn standIn)
    {
        _standIn = standIn;
    }

    /// <summary>Realm of the log-in; null takes the stand-in's own.</summary>
    public Uri? Realm { get; set; }

    /// <summary>Publishes a model (<c>library</c> unless the name has a namespace) with optional further layers.</summary>
    public void Add(
        string name,
        RegistryContent model,
        params (string Kind, RegistryContent Content)[] others
    )
    {
        List<object> layers = [];
        foreach ((string kind, RegistryContent content) in others.Prepend(("model", model)))
        {
            _standIn.AddContent(ContentPath(content.Digest.ToString()), content);
            layers.Add(
                new
                {
                    mediaType = Prefix + kind,
                    digest = content.Digest.ToString(),
                    size = content.Length,
                }
            );
        }

        AddManifest(
            name,
            JsonSerializer.Serialize(
                new
                {
                    schemaVersion = 2,
                    mediaType = "application/vnd.docker.distribution.manifest.v2+json",
                    layers,
                }
            )
        );
    }

    /// <summary>Publishes any text as the manifest of a name.</summary>
    public void AddManifest(string name, string manifest)
    {
        string[] parts = name.Split(':');
        string path = parts[0].Contains('/', StringComparison.Ordinal) ? parts[0] : "library/" + parts[0];
        _manifests[$"v2/{path}/manifests/{(parts.Length > 1 ? parts[1] : "latest")}"] =
            Encoding.UTF8.GetBytes(manifest);
    }

    /// <summary>Publishes any text as the manifest of a repository under a tag or a digest.</summary>
    public void AddManifestAt(string repository, string tagOrDigest, string manifest) =>
        _manifests[$"v2/{repository}/manifests/{tagOrDigest}"] = Encoding.UTF8.GetBytes(manifest);

    internal async Task<bool> TryAnswerAsync(HttpContext context, string path, RecordedRequest request)
    {
        if (!path.StartsWith("v2/", StringComparison.Ordinal))
        {
            return false;
        }

        const string Blobs = "/blobs/";
        int blob = path.IndexOf(Blobs, StringComparison.Ordinal);
        if (_manifests.TryGetValue(path, out byte[]? manifest))
        {
            context.Response.ContentType = "application/vnd.docker.distribution.manifest.v2+json";
            await context.Response.Body.WriteAsync(manifest);
        }
        else if (blob > 0)
        {
            await _standIn.AnswerContentAsync(context, ContentPath(path[(blob + Blobs.Length)..]), request);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }

        return true;
    }

    private static string ContentPath(string digest) => "content/" + digest.Replace(':', '-');
}
