using System.Text.Json;

namespace LlmOperator.Models.Sources;

/// <summary>What all readers of registries' manifests share.</summary>
internal static class ManifestText
{
    /// <summary>True for what reading says of a text that is JSON of another shape, or none.</summary>
    public static bool IsNoManifest(Exception error) =>
        error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException;
}
