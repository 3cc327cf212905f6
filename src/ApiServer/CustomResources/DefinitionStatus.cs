using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Json;

namespace LlmOperator.ApiServer.CustomResources;

/// <summary>The status of a CRD that is served.</summary>
internal static class DefinitionStatus
{
    public static JsonObject Of(JsonObject spec, JsonObject metadata, JsonObject? before, string? since)
    {
        var time = since ?? metadata.Text("creationTimestamp");
        var stored = before.Array("storedVersions").Texts().ToList();
        var storage = spec.Array("versions")
            ?.OfType<JsonObject>()
            .FirstOrDefault(v => v["storage"].Bool() == true)
            .Text("name");
        if (storage is not null && !stored.Contains(storage))
        {
            stored.Add(storage);
        }
        return new()
        {
            ["acceptedNames"] = spec["names"]?.DeepClone(),
            ["conditions"] = new JsonArray(
                Condition("NamesAccepted", "NoConflicts", "no conflicts found", time),
                Condition("Established", "InitialNamesAccepted", "the initial names have been accepted", time)
            ),
            ["storedVersions"] = new JsonArray([.. stored.Select(v => (JsonNode)v)]),
        };
    }

    private static JsonObject Condition(string type, string reason, string message, string? time) =>
        new()
        {
            ["type"] = type,
            ["status"] = "True",
            ["lastTransitionTime"] = time,
            ["reason"] = reason,
            ["message"] = message,
        };
}
