using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Resources;
using LlmOperator.ApiServer.Storage;
using LlmOperator.ApiServer.Writing;

namespace LlmOperator.ApiServer.BuiltIns;

/// <summary>The namespaces that every cluster has.</summary>
internal static class StartObjects
{
    private static readonly string[] s_namespaces =
    [
        "default",
        "kube-system",
        "kube-public",
        "kube-node-lease",
    ];

    public static async Task EnsureAsync(ResourceRegistry registry, ObjectWriter writer, ObjectStore store)
    {
        var type = registry.FindKind("v1", "Namespace")!;
        foreach (var name in s_namespaces)
        {
            if (store.Latest(type.Storage, name) is null)
            {
                var item = new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } };
                await writer.CreateAsync(
                    type,
                    "",
                    item,
                    new WriteOptions { FieldManager = "kube-apiserver" }
                );
            }
        }
    }
}
