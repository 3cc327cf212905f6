using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Json;

namespace LlmOperator.ApiServer.Writing;

/// <summary>Tells writes that change nothing, which keep the resource version.</summary>
internal static class NoChange
{
    /// <summary>Equal but for the time stamps of managed fields.</summary>
    public static bool Between(JsonObject item, JsonObject old) =>
        JsonNodes.Same(WithoutTimes(item), WithoutTimes(old));

    private static JsonObject WithoutTimes(JsonObject item)
    {
        if (item.Object("metadata").Array("managedFields") is not { Count: > 0 })
        {
            return item;
        }
        var copy = item.DeepClone().AsObject();
        foreach (var entry in copy.Object("metadata").Array("managedFields")!.OfType<JsonObject>())
        {
            entry.Remove("time");
        }
        return copy;
    }
}
