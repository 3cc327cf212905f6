namespace LlmOperator.Deploy.Tests.Rbac;

/// <summary>What people create in the story.</summary>
internal static class StoryObjects
{
    private const string Ours = "apis/llmoperator.dev/v1alpha1";
    private const string InDefault = Ours + "/namespaces/default";

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
    ];

    private static string Example(string kind) => Repository.Read("examples", kind, "basic.yaml");
}
