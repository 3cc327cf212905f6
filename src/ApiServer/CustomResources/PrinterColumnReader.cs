using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Resources;

namespace LlmOperator.ApiServer.CustomResources;

/// <summary>Reads <c>additionalPrinterColumns</c>.</summary>
internal static class PrinterColumnReader
{
    public static IReadOnlyList<PrinterColumn> Read(JsonArray? columns) =>
        [
            .. (columns ?? [])
                .OfType<JsonObject>()
                .Select(c => new PrinterColumn(
                    c.Text("name") ?? "",
                    c.Text("type") ?? "string",
                    c.Text("jsonPath") ?? "",
                    c.Text("format") ?? "",
                    c.Text("description")
                        ?? $"Custom resource definition column (in JSONPath format): {c.Text("jsonPath")}",
                    (int)(c["priority"].Whole() ?? 0)
                )),
        ];
}
