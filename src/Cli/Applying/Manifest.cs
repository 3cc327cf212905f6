using System.Text.Json.Nodes;

namespace LlmOperator.Cli.Applying;

/// <summary>One document of a manifest file.</summary>
/// <param name="Document">The object.</param>
/// <param name="Origin">File, and the number of the document in it, for messages.</param>
internal sealed record Manifest(JsonObject Document, string Origin)
{
    /// <summary>API version of the object.</summary>
    public string ApiVersion => Required("apiVersion");

    /// <summary>Kind of the object.</summary>
    public string Kind => Required("kind");

    /// <summary>Name of the object.</summary>
    public string Name =>
        (string?)Metadata?["name"]
        ?? throw new CliException($"{Origin}: metadata.name is missing; give the object a name.");

    /// <summary>Namespace that the document names; null for none.</summary>
    public string? Namespace => (string?)Metadata?["namespace"];

    private JsonObject? Metadata => Document["metadata"] as JsonObject;

    private string Required(string field) =>
        Document[field] is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0
            ? text
            : throw new CliException(
                $"{Origin}: {field} is missing; write for example \"{field}: {Example(field)}\"."
            );

    private static string Example(string field) => field == "kind" ? "LlmModel" : "llmoperator.dev/v1alpha1";
}
