using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Resources;

namespace LlmOperator.ApiServer.Discovery;

/// <summary><c>/api/v1</c> and <c>/apis/{group}/{version}</c>: the resources of one version.</summary>
internal static class ResourceDiscovery
{
    public static JsonObject? Create(IReadOnlyList<ResourceType> types, string group, string version)
    {
        var served = types.Where(t => t.Group == group && t.Version == version).ToList();
        if (served.Count == 0)
        {
            return null;
        }
        return new()
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}",
            ["resources"] = new JsonArray([.. served.SelectMany(Entries)]),
        };
    }

    private static IEnumerable<JsonNode?> Entries(ResourceType type)
    {
        var main = new JsonObject
        {
            ["name"] = type.Plural,
            ["singularName"] = type.Singular,
            ["namespaced"] = type.Namespaced,
            ["kind"] = type.Kind,
            ["verbs"] = ResourceVerbs.OfResource(),
        };
        if (type.ShortNames.Count > 0)
        {
            main["shortNames"] = new JsonArray([.. type.ShortNames.Select(n => (JsonNode)n)]);
        }
        if (type.Categories.Count > 0)
        {
            main["categories"] = new JsonArray([.. type.Categories.Select(n => (JsonNode)n)]);
        }
        yield return main;
        if (type.HasStatus)
        {
            yield return Subresource(type, "status", type.Kind);
        }
        if (type.Scale is not null)
        {
            var scale = Subresource(type, "scale", "Scale");
            scale["group"] = "autoscaling";
            scale["version"] = "v1";
            yield return scale;
        }
    }

    private static JsonObject Subresource(ResourceType type, string name, string kind) =>
        new()
        {
            ["name"] = $"{type.Plural}/{name}",
            ["singularName"] = "",
            ["namespaced"] = type.Namespaced,
            ["kind"] = kind,
            ["verbs"] = ResourceVerbs.OfSubresource(),
        };
}
