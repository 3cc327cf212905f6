using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOperator.Cli.Output;

/// <summary>JSON as commands print it.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    /// <summary>Indented, without a line break at the end.</summary>
    public static string Indented(JsonNode node) => node.ToJsonString(s_indented);
}
