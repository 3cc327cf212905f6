using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Resources;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.ApiServer.Discovery;

/// <summary><c>/api</c>, <c>/apis</c> and <c>/apis/{group}</c>.</summary>
internal static class GroupDiscovery
{
    public static JsonObject CoreVersions(HttpRequest request) =>
        new()
        {
            ["kind"] = "APIVersions",
            ["versions"] = new JsonArray("v1"),
            ["serverAddressByClientCIDRs"] = new JsonArray(
                new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = request.Host.ToString() }
            ),
        };

    public static JsonObject Groups(IReadOnlyList<ResourceType> types) =>
        new()
        {
            ["kind"] = "APIGroupList",
            ["apiVersion"] = "v1",
            ["groups"] = new JsonArray([
                .. Names(types).Select(name => (JsonNode?)Create(types, name, isItem: true)),
            ]),
        };

    public static JsonObject? Group(IReadOnlyList<ResourceType> types, string group) =>
        Names(types).Contains(group) ? Create(types, group, isItem: false) : null;

    public static IEnumerable<string> Names(IReadOnlyList<ResourceType> types) =>
        types.Select(t => t.Group).Where(g => g.Length > 0).Distinct();

    /// <summary>The versions of a group, the preferred one first.</summary>
    public static IReadOnlyList<string> Versions(IReadOnlyList<ResourceType> types, string group) =>
        [
            .. types
                .Where(t => t.Group == group)
                .Select(t => t.Version)
                .Distinct()
                .OrderDescending(VersionOrder.Instance),
        ];

    private static JsonObject Create(IReadOnlyList<ResourceType> types, string group, bool isItem)
    {
        var versions = Versions(types, group);
        var result = new JsonObject();
        if (!isItem)
        {
            result["kind"] = "APIGroup";
            result["apiVersion"] = "v1";
        }
        result["name"] = group;
        result["versions"] = new JsonArray([.. versions.Select(v => (JsonNode?)Version(group, v))]);
        result["preferredVersion"] = Version(group, versions[0]);
        return result;
    }

    private static JsonObject Version(string group, string version) =>
        new() { ["groupVersion"] = $"{group}/{version}", ["version"] = version };
}
