using System.Text.Json;
using LlmOperator.Models.Gguf;

namespace LlmOperator.Models.Sources;

/// <summary>
/// Chooses the layers of a manifest that are files of a model: those whose media type names gguf (Docker, Ollama), else
/// raw weights whose path ends with .gguf (ModelPack). Nothing in the manifest is trusted.
/// </summary>
internal static class OciLayers
{
    private const int MaxLayers = 1000;
    private const long MaxLayerBytes = 1L << 44;
    private const int ShownTypes = 10;
    private const string RawWeights = "application/vnd.cncf.model.weight.v1.raw";

    // Docker and ModelPack write the name of a layer's file under these.
    private static readonly string[] s_pathKeys =
    [
        "org.cncf.model.filepath",
        "org.opencontainers.image.title",
        "org.cnai.model.filepath",
    ];

    /// <summary>The files, the weights first.</summary>
    /// <exception cref="ModelSourceException">There is no model in it that can be read; names what it has.</exception>
    public static IReadOnlyList<PinnedFile> Choose(RegistryManifest manifest, string what)
    {
        List<Layer> layers = Read(manifest, what);
        List<Layer> weights = [.. layers.Where(layer => layer.Role == ResolvedFileRole.Weights)];
        if (weights.Count == 0)
        {
            weights = [.. layers.Where(IsRawGguf).Select(l => l with { Role = ResolvedFileRole.Weights })];
        }

        if (weights.Count == 0)
        {
            string[] types = [.. layers.Select(layer => layer.MediaType).Distinct()];
            string has = types.Length == 0 ? "no layer" : string.Join(", ", types.Take(ShownTypes));
            throw Invalid(
                $"The manifest of {what} has no GGUF layer; it has {has}. Archives and other formats are not read."
            );
        }

        List<Layer> others =
        [
            .. layers
                .Select(layer =>
                    IsRawProjector(layer) ? layer with { Role = ResolvedFileRole.Projector } : layer
                )
                .Where(layer => layer.Role is not (null or ResolvedFileRole.Weights)),
        ];
        return
        [
            .. Ordered(weights, what)
                .Concat(others.OrderBy(layer => layer.Role))
                .DistinctBy(layer => (layer.Role, layer.Digest))
                .Select(layer => new PinnedFile(layer.Role!.Value, layer.Digest, layer.SizeBytes)),
        ];
    }

    private static IEnumerable<Layer> Ordered(List<Layer> weights, string what)
    {
        List<Layer> distinct = [.. weights.DistinctBy(layer => layer.Digest)];
        if (distinct.Count == 1)
        {
            return distinct;
        }

        IReadOnlyList<string>? parts =
            distinct[0].Path is { } path && GgufSplitName.TryParse(path, out GgufSplitName? name)
                ? name.All()
                : null;
        bool isSplit =
            parts?.Count == distinct.Count
            && distinct.All(layer => parts.Contains(layer.Path, StringComparer.Ordinal));
        return isSplit
            ? distinct.OrderBy(layer => layer.Path, StringComparer.Ordinal)
            : throw Invalid(
                $"The manifest of {what} has {distinct.Count} GGUF layers that are not the parts of one model; push each model under a tag of its own."
            );
    }

    private static List<Layer> Read(RegistryManifest manifest, string what)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(manifest.Body);
            JsonElement layers = document.RootElement.GetProperty("layers");
            return layers.GetArrayLength() > MaxLayers
                ? throw Invalid($"The manifest of {what} lists more than {MaxLayers} layers.")
                : [.. layers.EnumerateArray().Select(layer => ReadLayer(layer, what))];
        }
        catch (Exception error) when (ManifestText.IsNoManifest(error))
        {
            throw Invalid(
                $"The registry sent something for {what} that is not a manifest; check that the reference is of a model."
            );
        }
    }

    private static Layer ReadLayer(JsonElement layer, string what)
    {
        if (!ModelDigest.TryParse(layer.GetProperty("digest").GetString(), out ModelDigest digest))
        {
            throw Invalid($"The manifest of {what} lists a layer whose digest is not sha256.");
        }

        if (!layer.GetProperty("size").TryGetInt64(out long size) || size is <= 0 or > MaxLayerBytes)
        {
            throw Invalid($"The manifest of {what} lists a layer of an impossible size.");
        }

        string mediaType = layer.GetProperty("mediaType").GetString() ?? "";
        return new Layer(mediaType, digest, size, PathOf(layer), RoleOf(mediaType));
    }

    private static string? PathOf(JsonElement layer) =>
        layer.TryGetProperty("annotations", out JsonElement annotations)
        && annotations.ValueKind == JsonValueKind.Object
            ? s_pathKeys
                .Select(key => annotations.TryGetProperty(key, out JsonElement value) ? value : default)
                .Where(value => value.ValueKind == JsonValueKind.String)
                .Select(value => value.GetString())
                .FirstOrDefault()
            : null;

    // application/vnd.docker.ai.{gguf.v3, mmproj, license, …}, application/vnd.cncf.model.weight.v1.gguf
    private static ResolvedFileRole? RoleOf(string mediaType) =>
        OllamaManifest.IsLayer(mediaType) ? OllamaManifest.RoleOf(mediaType)
        : Has(mediaType, "mmproj") ? ResolvedFileRole.Projector
        : Has(mediaType, "adapter") || Has(mediaType, "lora") ? ResolvedFileRole.Adapter
        : Has(mediaType, "gguf") ? ResolvedFileRole.Weights
        : Has(mediaType, "license") ? ResolvedFileRole.License
        : null;

    private static bool IsRawGguf(Layer layer) => IsRaw(layer) && !IsRawProjector(layer);

    private static bool IsRawProjector(Layer layer) =>
        IsRaw(layer) && Path.GetFileName(layer.Path!).Contains("mmproj", StringComparison.OrdinalIgnoreCase);

    private static bool IsRaw(Layer layer) =>
        layer.MediaType == RawWeights
        && layer.Path?.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) == true;

    private static bool Has(string text, string part) =>
        text.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static ModelSourceException Invalid(string message) => new(ModelSourceFailure.Invalid, message);

    private sealed record Layer(
        string MediaType,
        ModelDigest Digest,
        long SizeBytes,
        string? Path,
        ResolvedFileRole? Role
    );
}
