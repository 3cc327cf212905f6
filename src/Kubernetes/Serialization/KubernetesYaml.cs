using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;

namespace LlmOperator.Kubernetes.Serialization;

/// <summary>
/// Kubernetes manifests as YAML. Reads scalars as kubectl does (<c>yes</c> is true, <c>017</c> is 15); a text that
/// begins with <c>{</c> is read as JSON.
/// </summary>
public static class KubernetesYaml
{
    /// <summary>Reads all documents of a text; empty documents are left out.</summary>
    /// <param name="yaml">The text, at most 8 MiB.</param>
    /// <param name="fileNameForErrors">Name that errors begin with.</param>
    /// <exception cref="KubernetesYamlException">
    /// The text is not YAML, is too large or too deep, gives a key twice, or holds something that is not a mapping.
    /// </exception>
    public static IReadOnlyList<JsonObject> ReadAll(string yaml, string fileNameForErrors)
    {
        if (yaml.Length > YamlLimits.Characters)
        {
            throw new KubernetesYamlException(
                fileNameForErrors,
                1,
                1,
                $"the text is longer than {YamlLimits.Characters / 1024 / 1024} MiB; split it."
            );
        }

        if (TryReadJson(yaml) is { } json)
        {
            return [json];
        }

        YamlDocumentReader reader = new(yaml, fileNameForErrors);
        try
        {
            return reader.ReadAll();
        }
        catch (InvalidOperationException e)
        {
            // YamlDotNet's scanner throws this bare on some broken flow collections.
            throw reader.Fault("not valid YAML: a bracket, brace or quote is not closed before here.", e);
        }
        catch (YamlException e)
        {
            throw new KubernetesYamlException(
                fileNameForErrors,
                e.Start.Line,
                e.Start.Column,
                $"not valid YAML: {e.Message}",
                e
            );
        }
    }

    /// <summary>Writes a document as YAML; strings that would read back as something else are quoted.</summary>
    public static string Write(JsonNode node) => YamlDocumentWriter.Write(node);

    // JSON may be indented with tabs, which YAML forbids. What is not JSON may still be a YAML flow mapping.
    private static JsonObject? TryReadJson(string text)
    {
        if (!text.AsSpan().TrimStart().StartsWith("{"))
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(
                    text,
                    documentOptions: new JsonDocumentOptions
                    {
                        MaxDepth = YamlLimits.Depth,
                        AllowDuplicateProperties = false,
                    }
                ) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
