using System.Text.Json.Nodes;

namespace LlmOperator.Router.Tests.Dialects.Translation;

/// <summary>Reads answers of events and of lines.</summary>
internal static class EventText
{
    /// <summary>The data of all events; each must be whole JSON.</summary>
    public static JsonNode[] Parse(string text) =>
        [
            .. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
                .Select(e => e.Split('\n').Single(l => l.StartsWith("data: ", StringComparison.Ordinal))[6..])
                .Select(d => JsonNode.Parse(d)!),
        ];

    /// <summary>The lines; each must be whole JSON.</summary>
    public static JsonNode[] Lines(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!)];
}
