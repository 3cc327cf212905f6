using System.Text;
using System.Text.Json;
using LlmOperator.Models.Sources;

namespace LlmOperator.Artifacts;

/// <summary>Reads what <c>docker login</c> writes, as Secrets of type kubernetes.io/dockerconfigjson carry it. Pure.</summary>
internal static class DockerConfig
{
    /// <summary>Key of such a Secret.</summary>
    public const string Key = ".dockerconfigjson";

    /// <summary>The credential of a registry; null when there is none for it, or it cannot be read.</summary>
    // {"auths":{"registry.example.com":{"username":"me","password":"pw","auth":"bWU6cHc="}}}
    public static SourceCredentials? Find(byte[] config, string host)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(config);
            return document
                .RootElement.GetProperty("auths")
                .EnumerateObject()
                .Where(entry => RegistryAddresses.IsSameHost(HostOf(entry.Name), host))
                .Select(entry => Read(entry.Value))
                .FirstOrDefault(found => found is not null);
        }
        catch (Exception error)
            when (error
                    is JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or FormatException
            )
        {
            // What is in it is secret: not even the parser's message is passed on.
            return null;
        }
    }

    // Keys are hosts, or addresses such as https://index.docker.io/v1/.
    private static string HostOf(string key)
    {
        int scheme = key.IndexOf("://", StringComparison.Ordinal);
        return (scheme < 0 ? key : key[(scheme + 3)..]).Split('/')[0];
    }

    private static SourceCredentials? Read(JsonElement entry)
    {
        if (Text(entry, "registrytoken") is { Length: > 0 } token)
        {
            return new SourceCredentials(token);
        }

        if (Text(entry, "username") is { Length: > 0 } user && Text(entry, "password") is { } password)
        {
            return new SourceCredentials(user, password);
        }

        string[] parts = Encoding
            .UTF8.GetString(Convert.FromBase64String(Text(entry, "auth") ?? ""))
            .Split(':', 2);
        return parts.Length == 2 ? new SourceCredentials(parts[0], parts[1]) : null;
    }

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
