using System.Text;
using System.Text.Json.Nodes;

namespace LlmOperator.Conformance.Targets;

/// <summary>Continue tokens as every API server makes them: <c>{"v":"meta.k8s.io/v1","rv":77,"start":"…"}</c> in base64.</summary>
internal static class ContinueTokens
{
    /// <summary>A token of version 1 that goes on after a key such as <c>namespace/name</c>.</summary>
    public static string OfFirstVersion(string start) =>
        Encode(
            new JsonObject
            {
                ["v"] = "meta.k8s.io/v1",
                ["rv"] = 1,
                ["start"] = start + "\u0000",
            }
        );

    /// <summary>The same token, made to be of version 1.</summary>
    public static string Aged(string token)
    {
        var padded = token.Replace('-', '+').Replace('_', '/');
        padded += new string('=', (4 - (padded.Length % 4)) % 4);
        var json = JsonNode.Parse(Convert.FromBase64String(padded))!.AsObject();
        json["rv"] = 1;
        return Encode(json);
    }

    private static string Encode(JsonObject json) =>
        Convert
            .ToBase64String(Encoding.UTF8.GetBytes(json.ToJsonString()))
            .Replace('+', '-')
            .Replace('/', '_')
            .TrimEnd('=');
}
