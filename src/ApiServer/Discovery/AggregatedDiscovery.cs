using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Resources;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.ApiServer.Discovery;

/// <summary>All groups, versions and resources in one document (<c>apidiscovery.k8s.io</c>).</summary>
internal static class AggregatedDiscovery
{
    /// <summary>The version asked for, <c>v2</c> or <c>v2beta1</c>; null when plain discovery is wanted.</summary>
    public static string? Accepts(HttpRequest request)
    {
        foreach (var part in request.Headers.Accept.ToString().Split(','))
        {
            if (part.Contains("g=apidiscovery.k8s.io", StringComparison.Ordinal))
            {
                return part.Contains("v=v2beta1", StringComparison.Ordinal) ? "v2beta1" : "v2";
            }
            if (part.Trim() is "application/json" or "*/*")
            {
                return null;
            }
        }
        return null;
    }

    public static string ContentType(string version) =>
        $"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList";

    public static JsonObject Create(IReadOnlyList<ResourceType> types, bool core, string version)
    {
        IEnumerable<string> groups = core ? [""] : GroupDiscovery.Names(types);
        return new()
        {
            ["kind"] = "APIGroupDiscoveryList",
            ["apiVersion"] = $"apidiscovery.k8s.io/{version}",
            ["metadata"] = new JsonObject(),
            ["items"] = new JsonArray([.. groups.Select(g => (JsonNode?)Group(types, g))]),
        };
    }

    private static JsonObject Group(IReadOnlyList<ResourceType> types, string group)
    {
        var metadata = new JsonObject { ["creationTimestamp"] = null };
        if (group.Length > 0)
        {
            metadata["name"] = group;
        }
        return new()
        {
            ["metadata"] = metadata,
            ["versions"] = new JsonArray([
                .. GroupDiscovery
                    .Versions(types, group)
                    .Select(v => new JsonObject
                    {
                        ["version"] = v,
                        ["resources"] = new JsonArray([
                            .. types
                                .Where(t => t.Group == group && t.Version == v)
                                .Select(t => (JsonNode?)Resource(t)),
                        ]),
                        ["freshness"] = "Current",
                    }),
            ]),
        };
    }

    private static JsonObject Resource(ResourceType type)
    {
        var result = new JsonObject
        {
            ["resource"] = type.Plural,
            ["responseKind"] = Kind(type.Group, type.Version, type.Kind),
            ["scope"] = type.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = type.Singular,
            ["verbs"] = ResourceVerbs.OfResource(),
        };
        if (type.ShortNames.Count > 0)
        {
            result["shortNames"] = new JsonArray([.. type.ShortNames.Select(n => (JsonNode)n)]);
        }
        if (type.Categories.Count > 0)
        {
            result["categories"] = new JsonArray([.. type.Categories.Select(n => (JsonNode)n)]);
        }
        var subresources = new JsonArray();
        if (type.HasStatus)
        {
            subresources.Add((JsonNode)Subresource("status", Kind(type.Group, type.Version, type.Kind)));
        }
        if (type.Scale is not null)
        {
            subresources.Add((JsonNode)Subresource("scale", Kind("autoscaling", "v1", "Scale")));
        }
        if (subresources.Count > 0)
        {
            result["subresources"] = subresources;
        }
        return result;
    }

    private static JsonObject Subresource(string name, JsonObject kind) =>
        new JsonObject
        {
            ["subresource"] = name,
            ["responseKind"] = kind,
            ["verbs"] = ResourceVerbs.OfSubresource(),
        };

    private static JsonObject Kind(string group, string version, string kind) =>
        new()
        {
            ["group"] = group,
            ["version"] = version,
            ["kind"] = kind,
        };
}
