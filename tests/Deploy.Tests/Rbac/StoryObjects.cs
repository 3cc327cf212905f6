using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOperator.Controllers.Rbac;

namespace LlmOperator.Deploy.Tests.Rbac;

/// <summary>What people create in the story.</summary>
internal static class StoryObjects
{
    private const string Ours = "apis/llmoperator.dev/v1alpha1";
    private const string InDefault = Ours + "/namespaces/default";

    public const string RouterKey = "llmop_key-of-the-story";

    public const string ZoneLabel = "topology.kubernetes.io/zone";

    public const string Zone = "zone-1";

    public const string Model = """
        apiVersion: llmoperator.dev/v1alpha1
        kind: LlmModel
        metadata:
          name: tiny
          namespace: default
        spec:
          source:
            huggingFace:
              repo: some/tiny
              file: tiny.gguf
              tokenSecretRef:
                name: keys
                key: hub
        """;

    /// <summary>Path and text of what is there before the model.</summary>
    public static IReadOnlyList<(string Path, string Yaml)> Before { get; } =
    [
        (
            "api/v1/namespaces/" + RbacStory.OwnNamespace,
            $"""
            apiVersion: v1
            kind: Namespace
            metadata:
              name: {RbacStory.OwnNamespace}
            """
        ),
        (
            "api/v1/nodes/" + RbacStory.Node,
            $"""
            apiVersion: v1
            kind: Node
            metadata:
              name: {RbacStory.Node}
              labels:
                {ZoneLabel}: {Zone}
            """
        ),
        (
            "api/v1/namespaces/default/secrets/keys",
            """
            apiVersion: v1
            kind: Secret
            metadata:
              name: keys
              namespace: default
            stringData:
              hub: hub-token
              cloud: cloud-key-0123456789
            """
        ),
        (
            InDefault + "/inferenceproviders/cloud",
            """
            apiVersion: llmoperator.dev/v1alpha1
            kind: InferenceProvider
            metadata:
              name: cloud
              namespace: default
            spec:
              baseUrl: https://cloud.example.com/v1
              apiKeySecretRef:
                name: keys
                key: cloud
              models:
              - name: large
            """
        ),
        (Ours + "/modelcatalogs/supported", Example("modelcatalogs")),
        (InDefault + "/workerroles/coder", Example("workerroles")),
        (InDefault + "/routingpolicies/local-first", Example("routingpolicies")),
        (
            InDefault + "/routerkeys/story",
            $"""
            apiVersion: llmoperator.dev/v1alpha1
            kind: RouterKey
            metadata:
              name: story
              namespace: default
            spec:
              sha256: {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(RouterKey)))}
              budgets:
              - name: tokens
                period: Month
                tokens: 1000000
            """
        ),
    ];

    /// <summary>Role and binding that let a component read the story's Secret, as the chart's secretAccess makes them.</summary>
    public static IEnumerable<JsonObject> SecretAccess(Component component)
    {
        RbacRule[] rules = [.. component.Rules.Where(r => r.Scope == RbacScope.NamedObjects)];
        if (rules.Length == 0)
        {
            yield break;
        }

        JsonObject Metadata() =>
            new() { ["name"] = component.AccountName + "-secrets", ["namespace"] = "default" };
        yield return new JsonObject
        {
            ["apiVersion"] = "rbac.authorization.k8s.io/v1",
            ["kind"] = "Role",
            ["metadata"] = Metadata(),
            ["rules"] = JsonSerializer.SerializeToNode(
                rules.Select(r => new
                {
                    apiGroups = new[] { r.Group },
                    resources = new[] { r.Resource },
                    resourceNames = new[] { "keys" },
                    verbs = r.Verbs,
                })
            ),
        };
        yield return new JsonObject
        {
            ["apiVersion"] = "rbac.authorization.k8s.io/v1",
            ["kind"] = "RoleBinding",
            ["metadata"] = Metadata(),
            ["roleRef"] = new JsonObject
            {
                ["apiGroup"] = "rbac.authorization.k8s.io",
                ["kind"] = "Role",
                ["name"] = component.AccountName + "-secrets",
            },
            ["subjects"] = new JsonArray(
                new JsonObject
                {
                    ["kind"] = "ServiceAccount",
                    ["name"] = component.AccountName,
                    ["namespace"] = RbacStory.OwnNamespace,
                }
            ),
        };
    }

    private static string Example(string kind) => Repository.Read("examples", kind, "basic.yaml");
}
