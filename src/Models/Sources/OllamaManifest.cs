using System.Text.Json;

namespace LlmOperator.Models.Sources;

/// <summary>Reads a registry's manifest. Nothing in it is trusted: digests, sizes and counts are checked.</summary>
internal static class OllamaManifest
{
    private const int MaxLayers = 1000;
    private const long MaxLayerBytes = 1L << 44;
    private const string OllamaPrefix = "application/vnd.ollama.image.";

    /// <summary>The files, the weights first.</summary>
    public static IReadOnlyList<ResolvedFile> Files(
        byte[] manifest,
        Uri repository,
        IReadOnlyDictionary<string, string> headers
    )
    {
        List<ResolvedFile> files = [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(manifest);
            JsonElement layers = document.RootElement.GetProperty("layers");
            if (layers.GetArrayLength() > MaxLayers)
            {
                throw SourceAnswers.Invalid(repository.Host, $"lists more than {MaxLayers} layers");
            }

            foreach (JsonElement layer in layers.EnumerateArray())
            {
                if (RoleOf(layer.GetProperty("mediaType").GetString() ?? "") is { } role)
                {
                    files.Add(File(layer, role, repository, headers));
                }
            }
        }
        catch (Exception error) when (ManifestText.IsNoManifest(error))
        {
            throw SourceAnswers.Invalid(repository.Host, "sent something that is not a manifest");
        }

        ResolvedFile[] distinct =
        [
            .. files.DistinctBy(file => (file.Role, file.Digest)).OrderBy(file => file.Role),
        ];
        return distinct.Count(file => file.Role == ResolvedFileRole.Weights) switch
        {
            1 => distinct,
            0 => throw SourceAnswers.Invalid(repository.Host, "has a manifest without a GGUF model"),
            _ => throw SourceAnswers.Invalid(
                repository.Host,
                "has a manifest with several models in one name"
            ),
        };
    }

    /// <summary>True for a media type of Ollama's own.</summary>
    public static bool IsLayer(string mediaType) =>
        mediaType.StartsWith(OllamaPrefix, StringComparison.Ordinal);

    /// <summary>What a layer is for; null when it is nothing that we keep.</summary>
    public static ResolvedFileRole? RoleOf(string mediaType)
    {
        if (!IsLayer(mediaType))
        {
            return mediaType.Contains("gguf", StringComparison.OrdinalIgnoreCase)
                ? ResolvedFileRole.Weights
                : null;
        }

        return mediaType[OllamaPrefix.Length..] switch
        {
            "model" => ResolvedFileRole.Weights,
            "projector" => ResolvedFileRole.Projector,
            "adapter" => ResolvedFileRole.Adapter,
            "template" => ResolvedFileRole.Template,
            "params" => ResolvedFileRole.Params,
            "system" => ResolvedFileRole.System,
            "license" => ResolvedFileRole.License,
            _ => null,
        };
    }

    private static ResolvedFile File(
        JsonElement layer,
        ResolvedFileRole role,
        Uri repository,
        IReadOnlyDictionary<string, string> headers
    )
    {
        if (!ModelDigest.TryParse(layer.GetProperty("digest").GetString(), out ModelDigest digest))
        {
            throw SourceAnswers.Invalid(repository.Host, "lists a layer whose digest is not sha256");
        }

        if (!layer.GetProperty("size").TryGetInt64(out long size) || size is <= 0 or > MaxLayerBytes)
        {
            throw SourceAnswers.Invalid(repository.Host, "lists a layer of an impossible size");
        }

        return new ResolvedFile
        {
            Role = role,
            Digest = digest,
            SizeBytes = size,
            Url = RegistryAddresses.Blob(repository, digest),
            Headers = headers,
            Repository = repository,
        };
    }
}
