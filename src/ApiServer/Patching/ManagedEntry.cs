using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Json;

namespace LlmOperator.ApiServer.Patching;

/// <summary>The fields that one manager has set in one way.</summary>
internal sealed record ManagedEntry(
    string Manager,
    string Operation,
    string ApiVersion,
    string Subresource,
    string? Time,
    FieldSet Fields
)
{
    public const string Apply = "Apply";
    public const string Update = "Update";

    /// <summary>True when both are one entry of the list.</summary>
    public bool IsSameAs(ManagedEntry other) =>
        Manager == other.Manager
        && Operation == other.Operation
        && Subresource == other.Subresource
        // An apply replaces what the manager applied in another version.
        && (ApiVersion == other.ApiVersion || Operation == Apply);

    public JsonObject ToJson()
    {
        var result = new JsonObject
        {
            ["manager"] = Manager,
            ["operation"] = Operation,
            ["apiVersion"] = ApiVersion,
            ["time"] = Time,
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = FieldSetJson.Write(Fields),
        };
        if (Subresource.Length > 0)
        {
            result["subresource"] = Subresource;
        }
        return result;
    }

    public static IReadOnlyList<ManagedEntry> ReadAll(JsonNode? managedFields) =>
        [
            .. (managedFields as JsonArray ?? [])
                .OfType<JsonObject>()
                .Where(e => e.ContainsKey("fieldsV1"))
                .Select(e => new ManagedEntry(
                    e.Text("manager") ?? "",
                    e.Text("operation") ?? Update,
                    e.Text("apiVersion") ?? "",
                    e.Text("subresource") ?? "",
                    e.Text("time"),
                    FieldSetJson.Read(e.Object("fieldsV1") ?? [])
                )),
        ];

    /// <summary>Applies first, then by time; entries without fields are left out.</summary>
    public static JsonArray WriteAll(IEnumerable<ManagedEntry> entries) =>
        [
            .. entries
                .Where(e => !e.Fields.IsEmpty)
                .OrderBy(e => e.Operation, StringComparer.Ordinal)
                .ThenBy(e => e.Time, StringComparer.Ordinal)
                .ThenBy(e => e.Manager, StringComparer.Ordinal)
                .ThenBy(e => e.Subresource, StringComparer.Ordinal)
                .Select(e => (JsonNode?)e.ToJson()),
        ];
}
