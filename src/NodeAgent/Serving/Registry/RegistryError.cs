using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.NodeAgent.Serving.Registry;

/// <summary>Errors as registries write them: <c>{"errors":[{"code":"NAME_UNKNOWN","message":"…"}]}</c>.</summary>
internal static class RegistryError
{
    public static IResult Of(int status, string code, string message) =>
        Results.Text(
            new JsonObject
            {
                ["errors"] = new JsonArray(new JsonObject { ["code"] = code, ["message"] = message }),
            }.ToJsonString(),
            "application/json",
            statusCode: status
        );
}
