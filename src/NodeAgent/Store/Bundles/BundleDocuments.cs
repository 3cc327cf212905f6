using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store.Oci;

namespace LlmOperator.NodeAgent.Store.Bundles;

/// <summary>Index and manifests of a bundle: written, and read with every number checked. Pure.</summary>
internal static class BundleDocuments
{
    public const int MostModels = 256;
    public const int MostFiles = 1024;
    private const int LongestAnnotation = 512;

    public static byte[] Layout { get; } = """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray();

    public static byte[] WriteIndex(IReadOnlyList<(StoredModelFiles Model, OciManifest Manifest)> models) =>
        Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = OciTypes.Index,
                ["manifests"] = new JsonArray([.. models.Select(m => Entry(m.Model, m.Manifest))]),
            }.ToJsonString()
        );

    /// <summary>The manifests that an index lists.</summary>
    /// <exception cref="StoreException">It is no index, or lists what cannot be.</exception>
    public static IReadOnlyList<BundleDescriptor> ReadIndex(byte[] content) =>
        Read(content, "index", json => Descriptors(json["manifests"], MostModels));

    /// <summary>The configuration, and the files that a manifest lists.</summary>
    /// <exception cref="StoreException">It is no manifest, or lists what cannot be.</exception>
    public static (BundleDescriptor Config, IReadOnlyList<BundleDescriptor> Layers) ReadManifest(
        byte[] content
    ) =>
        Read(
            content,
            "manifest",
            json => (Descriptor(json["config"]), Descriptors(json["layers"], MostFiles))
        );

    /// <summary>The model that a manifest stands for.</summary>
    /// <exception cref="StoreException">A file's use is unknown, or there are no weights.</exception>
    public static StoredModelFiles ModelOf(BundleDescriptor manifest, IReadOnlyList<BundleDescriptor> layers)
    {
        StoredFile[] files =
        [
            .. layers.Select(layer => new StoredFile
            {
                Role = Enum.TryParse(
                    layer.Annotations.GetValueOrDefault(OciTypes.Role),
                    out ResolvedFileRole role
                )
                    ? role
                    : throw Bad("a manifest", $"the use of {layer.Digest} is not said"),
                Digest = layer.Digest,
                SizeBytes = layer.SizeBytes,
            }),
        ];
        return files is [{ Role: ResolvedFileRole.Weights }, ..]
            ? new StoredModelFiles
            {
                Name =
                    manifest.Annotations.GetValueOrDefault(OciTypes.Name)
                    ?? manifest.Annotations.GetValueOrDefault(OciTypes.RefName)
                    ?? manifest.Digest.ToString(),
                Files = files,
            }
            : throw Bad("a manifest", "its first file is not the weights");
    }

    private static JsonObject Entry(StoredModelFiles model, OciManifest manifest)
    {
        JsonObject annotations = new() { [OciTypes.Name] = model.Name };
        if (OllamaName.TryParse(model.Name, out OllamaName? name))
        {
            annotations[OciTypes.RefName] = $"{name.Namespace}/{name.Model}:{name.Tag}";
        }

        return new JsonObject
        {
            ["mediaType"] = OciTypes.Manifest,
            ["artifactType"] = OciTypes.Artifact,
            ["digest"] = manifest.Digest.ToString(),
            ["size"] = manifest.Content.Length,
            ["annotations"] = annotations,
        };
    }

    private static T Read<T>(byte[] content, string what, Func<JsonNode, T> read)
    {
        try
        {
            JsonNode json = JsonNode.Parse(content) ?? throw new FormatException("it is empty");
            return (int?)json["schemaVersion"] == 2
                ? read(json)
                : throw new FormatException("its schemaVersion is not 2");
        }
        catch (Exception error)
            when (error is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw Bad($"the {what}", error.Message);
        }
    }

    private static IReadOnlyList<BundleDescriptor> Descriptors(JsonNode? list, int most)
    {
        JsonArray entries = list as JsonArray ?? throw new FormatException("its list is missing");
        return entries.Count is > 0 && entries.Count <= most
            ? [.. entries.Select(Descriptor)]
            : throw new FormatException($"it lists {entries.Count} and not 1 to {most}");
    }

    private static BundleDescriptor Descriptor(JsonNode? json)
    {
        string? text = (string?)json?["digest"];
        if (!ModelDigest.TryParse(text, out ModelDigest digest) || digest.ToString() != text)
        {
            throw new FormatException("an entry has no SHA-256 digest");
        }

        long size = (long?)json!["size"] ?? -1;
        if (size < 0)
        {
            throw new FormatException($"the size of {digest} is missing or below zero");
        }

        Dictionary<string, string> annotations = new(StringComparer.Ordinal);
        foreach ((string key, JsonNode? value) in json["annotations"] as JsonObject ?? [])
        {
            string said = (string?)value ?? "";
            if (said.Length > LongestAnnotation || said.Any(char.IsControl))
            {
                throw new FormatException(
                    $"an annotation of {digest} is too long or holds control characters"
                );
            }

            annotations[key] = said;
        }

        return new BundleDescriptor(digest, size, annotations);
    }

    private static StoreException Bad(string what, string why) =>
        new($"The bundle cannot be used: {what} of it is wrong: {why.TrimEnd('.')}.");
}
