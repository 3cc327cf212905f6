using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Resources;
using LlmOperator.ApiServer.Writing;

namespace LlmOperator.ApiServer.Patching;

internal static class ManagedFields
{
    public static void AfterWrite(
        JsonObject item,
        JsonObject? old,
        JsonNode? managed,
        ResourceType type,
        WriteOptions options,
        DateTimeOffset now
    ) { }
}
