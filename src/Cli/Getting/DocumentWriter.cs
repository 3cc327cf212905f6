using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Cli.Getting;

/// <summary>Objects as JSON, YAML or names.</summary>
internal static class DocumentWriter
{
    private static readonly JsonSerializerOptions s_indented = new(KubernetesJson.Options)
    {
        WriteIndented = true,
    };

    /// <summary>One object as itself, several as a <c>List</c>; managed fields are left out as kubectl does.</summary>
    public static string Write(IReadOnlyList<JsonNode> documents, GetRequest request)
    {
        foreach (JsonNode document in documents)
        {
            (document["metadata"] as JsonObject)?.Remove("managedFields");
        }

        if (request.Output == "name")
        {
            return string.Concat(
                documents.Select(d =>
                    $"{((string?)d["kind"])?.ToLowerInvariant()}/{(string?)d["metadata"]?["name"]}\n"
                )
            );
        }

        JsonNode root =
            request.Name is not null && documents.Count == 1
                ? documents[0]
                : new JsonObject
                {
                    ["apiVersion"] = "v1",
                    ["kind"] = "List",
                    ["items"] = new JsonArray([.. documents]),
                };
        return request.Output == "json" ? root.ToJsonString(s_indented) + "\n" : KubernetesYaml.Write(root);
    }
}
