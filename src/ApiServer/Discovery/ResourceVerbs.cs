using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Discovery;

/// <summary>What may be done to resources and subresources.</summary>
internal static class ResourceVerbs
{
    public static JsonArray OfResource() =>
        new("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    public static JsonArray OfSubresource() => new("get", "patch", "update");
}
