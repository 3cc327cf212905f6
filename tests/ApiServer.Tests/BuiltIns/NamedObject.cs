using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Tests.BuiltIns;

internal static class NamedObject
{
    public static JsonObject With(this JsonObject item, string name)
    {
        item["metadata"]!["name"] = name;
        return item;
    }
}
