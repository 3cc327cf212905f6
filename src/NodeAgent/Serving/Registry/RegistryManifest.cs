using System.Text.Json.Nodes;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.NodeAgent.Serving.Registry;

/// <summary>
/// The manifest of a stored model, as the Ollama registry writes it:
/// <code>
/// {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",
///  "config":{"mediaType":"application/vnd.docker.container.image.v1+json","digest":"sha256:…","size":483},
///  "layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:…","size":4661211424}]}
/// </code>
/// </summary>
internal static class RegistryManifest
{
    public const string MediaType = "application/vnd.docker.distribution.manifest.v2+json";

    private const string ConfigType = "application/vnd.docker.container.image.v1+json";
    private const string LayerPrefix = "application/vnd.ollama.image.";

    /// <summary>The manifest's bytes; null for a model that the protocol has no words for: one in several parts.</summary>
    public static byte[]? Write(StoredModelFiles model)
    {
        if (model.Weights.Count() != 1)
        {
            return null;
        }

        JsonObject manifest = new() { ["schemaVersion"] = 2, ["mediaType"] = MediaType };
        if (model.Files.FirstOrDefault(file => file.Role == ResolvedFileRole.Config) is { } config)
        {
            manifest["config"] = Entry(config, ConfigType);
        }

        JsonArray layers = [];
        foreach (StoredFile file in model.Files)
        {
            if (LayerOf(file.Role) is { } layer)
            {
                layers.Add((JsonNode)Entry(file, LayerPrefix + layer));
            }
        }

        manifest["layers"] = layers;
        return System.Text.Encoding.UTF8.GetBytes(manifest.ToJsonString());
    }

    private static JsonObject Entry(StoredFile file, string mediaType) =>
        new()
        {
            ["mediaType"] = mediaType,
            ["digest"] = file.Digest.ToString(),
            ["size"] = file.SizeBytes,
        };

    private static string? LayerOf(ResolvedFileRole role) =>
        role switch
        {
            ResolvedFileRole.Weights => "model",
            ResolvedFileRole.Projector => "projector",
            ResolvedFileRole.Adapter => "adapter",
            ResolvedFileRole.Template => "template",
            ResolvedFileRole.Params => "params",
            ResolvedFileRole.System => "system",
            ResolvedFileRole.License => "license",
            _ => null,
        };
}
