using System.Text.Json;

namespace LlmOperator.Models.Sources;

/// <summary>An index of several manifests: the one that is a model.</summary>
internal static class OciIndex
{
    /// <summary>The manifest to read instead; null when the body is no index.</summary>
    /// <exception cref="ModelSourceException">The index does not name exactly one candidate.</exception>
    public static ModelDigest? Choose(RegistryManifest manifest, string what)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(manifest.Body);
            if (
                document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("manifests", out JsonElement entries)
            )
            {
                return null;
            }

            List<ModelDigest> candidates =
            [
                .. entries
                    .EnumerateArray()
                    .Where(entry => !IsAttestation(entry))
                    .Select(entry => ModelDigest.Parse(entry.GetProperty("digest").GetString() ?? ""))
                    .Distinct()
                    .Take(2),
            ];
            return candidates.Count == 1
                ? candidates[0]
                : throw new ModelSourceException(
                    ModelSourceFailure.Invalid,
                    candidates.Count == 0
                        ? $"The index of {what} names no manifest; push the model again."
                        : $"The index of {what} names several manifests; name one by its digest (@sha256:…)."
                );
        }
        catch (Exception error) when (ManifestText.IsNoManifest(error))
        {
            throw new ModelSourceException(
                ModelSourceFailure.Invalid,
                $"The registry sent something for {what} that is not a manifest; check that the reference is of a model.",
                error
            );
        }
    }

    // Docker adds manifests that describe how an image was built; their platform is unknown/unknown.
    private static bool IsAttestation(JsonElement entry) =>
        entry.TryGetProperty("annotations", out JsonElement annotations)
        && annotations.ValueKind == JsonValueKind.Object
        && annotations.TryGetProperty("vnd.docker.reference.type", out _);
}
