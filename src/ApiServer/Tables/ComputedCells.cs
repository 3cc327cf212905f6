using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Json;

namespace LlmOperator.ApiServer.Tables;

/// <summary>Cells of built-in kinds that no JSONPath can express.</summary>
internal static class ComputedCells
{
    private const string RolePrefix = "node-role.kubernetes.io/";

    public static JsonNode? Of(JsonObject item, string what, DateTimeOffset now) =>
        what.Split(':') switch
        {
            ["count", var fields] => JsonValue.Create(fields.Split(',').Sum(f => Count(item[f]))),
            ["nodeStatus"] => NodeStatus(item),
            ["nodeRoles"] => NodeRoles(item),
            ["eventLastSeen"] => EventLastSeen(item, now),
            ["eventFirstSeen"] => EventFirstSeen(item, now),
            ["eventObject"] => EventObject(item),
            ["eventSource"] => EventSource(item),
            ["eventCount"] => EventCount(item),
            _ => null,
        };

    private static long Count(JsonNode? node) =>
        node switch
        {
            JsonObject item => item.Count,
            JsonArray array => array.Count,
            _ => 0,
        };

    private static string NodeStatus(JsonObject node)
    {
        var ready = node.Object("status")
            .Array("conditions")
            ?.OfType<JsonObject>()
            .FirstOrDefault(c => c.Text("type") == "Ready")
            .Text("status");
        var status =
            ready is null ? "Unknown"
            : ready == "True" ? "Ready"
            : "NotReady";
        return node.Object("spec")?["unschedulable"].Bool() == true ? $"{status},SchedulingDisabled" : status;
    }

    private static string NodeRoles(JsonObject node)
    {
        var roles = (node.Object("metadata").Object("labels") ?? [])
            .Where(l => l.Key.StartsWith(RolePrefix, StringComparison.Ordinal))
            .Select(l => l.Key[RolePrefix.Length..])
            .Order(StringComparer.Ordinal)
            .ToList();
        return roles.Count == 0 ? "<none>" : string.Join(",", roles);
    }

    private static string EventLastSeen(JsonObject item, DateTimeOffset now) =>
        Age.Of(
            item.Object("series").Text("lastObservedTime")
                ?? item.Text("lastTimestamp")
                ?? item.Text("deprecatedLastTimestamp")
                ?? item.Text("eventTime"),
            now
        );

    private static string EventFirstSeen(JsonObject item, DateTimeOffset now) =>
        Age.Of(
            item.Text("firstTimestamp") ?? item.Text("deprecatedFirstTimestamp") ?? item.Text("eventTime"),
            now
        );

    private static string EventObject(JsonObject item)
    {
        var about = item.Object("involvedObject") ?? item.Object("regarding");
        return $"{about.Text("kind")?.ToLowerInvariant()}/{about.Text("name")}";
    }

    private static string EventSource(JsonObject item)
    {
        var source = item.Object("source") ?? item.Object("deprecatedSource");
        var component =
            source.Text("component") ?? item.Text("reportingComponent") ?? item.Text("reportingController");
        return source.Text("host") is { Length: > 0 } host ? $"{component}, {host}" : component ?? "";
    }

    private static string EventCount(JsonObject item) =>
        (
            item.Object("series")?["count"].Whole()
            ?? item["count"].Whole()
            ?? item["deprecatedCount"].Whole()
            ?? 1
        ).ToString();
}
