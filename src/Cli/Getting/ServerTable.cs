using System.Text.Json.Nodes;
using LlmOperator.Cli.Output;

namespace LlmOperator.Cli.Getting;

/// <summary>A <c>meta.k8s.io/v1 Table</c> as the server renders it, turned into text.</summary>
internal static class ServerTable
{
    /// <summary>Accept header that asks for a table, and for plain objects where the server has none.</summary>
    public const string Accept = "application/json;as=Table;g=meta.k8s.io;v=v1,application/json";

    /// <summary>Renders the table; columns of priority 1 with <paramref name="wide"/> only.</summary>
    public static string Render(JsonObject table, bool wide, bool withNamespace)
    {
        List<int> columns = [];
        List<string> header = withNamespace ? ["NAMESPACE"] : [];
        JsonArray definitions = table["columnDefinitions"]?.AsArray() ?? [];
        for (int i = 0; i < definitions.Count; i++)
        {
            if (wide || (int?)definitions[i]?["priority"] is null or 0)
            {
                columns.Add(i);
                header.Add(((string?)definitions[i]?["name"] ?? "").ToUpperInvariant());
            }
        }

        TextTable text = new();
        text.Add(header);
        foreach (JsonNode? row in table["rows"]?.AsArray() ?? [])
        {
            List<string> cells = withNamespace
                ? [(string?)row?["object"]?["metadata"]?["namespace"] ?? ""]
                : [];
            JsonArray values = row?["cells"]?.AsArray() ?? [];
            cells.AddRange(columns.Select(c => Cell(values.ElementAtOrDefault(c))));
            text.Add(cells);
        }

        return text.ToString();
    }

    private static string Cell(JsonNode? value) => value is null ? "<none>" : value.ToString();
}
