using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Requests;
using LlmOperator.ApiServer.Resources;

namespace LlmOperator.ApiServer.Tables;

/// <summary>Builds the Tables that <c>kubectl get</c> shows.</summary>
/// <param name="includeObject"><c>Metadata</c> (the default), <c>Object</c> or <c>None</c>.</param>
internal sealed class TableBuilder(TimeProvider time, string includeObject)
{
    public JsonObject Build(ResourceType type, IEnumerable<JsonObject> items, string? resourceVersion) =>
        new()
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = new JsonObject { ["resourceVersion"] = resourceVersion },
            ["columnDefinitions"] = new JsonArray([.. type.Columns.Select(Definition)]),
            ["rows"] = new JsonArray([.. items.Select(i => Row(type, i))]),
        };

    private static JsonObject Definition(PrinterColumn column) =>
        new()
        {
            ["name"] = column.Name,
            ["type"] = column.Type,
            ["format"] = column.Format,
            ["description"] = column.Description,
            ["priority"] = JsonValue.Create((long)column.Priority),
        };

    private JsonObject Row(ResourceType type, JsonObject item)
    {
        var row = new JsonObject { ["cells"] = new JsonArray([.. type.Columns.Select(c => Cell(item, c))]) };
        if (includeObject != "None")
        {
            row["object"] = includeObject == "Object" ? item.DeepClone() : ObjectView.PartialMetadata(item);
        }
        return row;
    }

    private JsonNode? Cell(JsonObject item, PrinterColumn column)
    {
        if (column.JsonPath.StartsWith("computed:", StringComparison.Ordinal))
        {
            return ComputedCells.Of(item, column.JsonPath["computed:".Length..], time.GetUtcNow());
        }
        var found = JsonPath.Find(item, column.JsonPath);
        if (found.Count == 0)
        {
            return null;
        }
        return column.Type switch
        {
            "date" => Age.Of(found[0].Text(), time.GetUtcNow()),
            "string" => string.Join(",", found.Select(f => f.Text() ?? JsonWriting.ToText(f))),
            _ => found[0].DeepClone(),
        };
    }
}
