using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Deploy.Tests.GitOps;

/// <summary>
/// Evaluates Flux's health expressions with the CEL of a present API server: each becomes the rule of a kind of its own,
/// and an object is accepted where the expression is true. A field that is missing is an error, which Flux waits on.
/// </summary>
internal static partial class FluxExpressions
{
    // The order in which Flux asks.
    private static readonly (string Name, string Verdict)[] s_all =
    [
        ("inProgress", "InProgress"),
        ("failed", "Failed"),
        ("current", "Current"),
    ];

    private const string States = """
        type: object
        properties:
          metadata:
            type: object
            properties: {generation: {type: integer}, deletionTimestamp: {type: string, maxLength: 64}}
          status:
            type: object
            properties:
              observedGeneration: {type: integer}
              conditions:
                type: array
                maxItems: 16
                items:
                  type: object
                  properties:
                    type: {type: string, maxLength: 64}
                    status: {type: string, maxLength: 64}
                    reason: {type: string, maxLength: 64}
                    message: {type: string, maxLength: 64}
        """;

    /// <summary>Verdicts of objects, in their order.</summary>
    public static async Task<IReadOnlyList<string>> EvaluateAsync(
        JsonNode expressions,
        IReadOnlyList<JsonObject> objects
    )
    {
        string program = Tools.RequireNamed("LLMOP_CRD_CHECK", "crd-check", "eng/fetch-crd-check");
        IEnumerable<JsonObject> documents = s_all
            .Select(e => Kind(e.Name, (string)expressions[e.Name]!))
            .Concat(objects.Index().SelectMany(o => s_all.Select(e => State(e.Name, o.Index, o.Item))));
        (_, string output, string errors) = await Tools.RunWithInputAsync(
            program,
            string.Concat(documents.Select(d => "---\n" + KubernetesYaml.Write(d))),
            "-o",
            "json",
            "-"
        );
        Dictionary<string, bool> accepted = output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!)
            .ToDictionary(v => $"{v["kind"]} {v["name"]}", v => (string?)v["verdict"] == "accepted");
        Assert.Equal(s_all.Length + (s_all.Length * objects.Count), accepted.Count);
        Assert.All(
            s_all,
            e =>
                Assert.True(accepted[$"CustomResourceDefinition {Plural(e.Name)}.flux.test"], output + errors)
        );
        return
        [
            .. objects.Select(
                (_, i) => s_all.FirstOrDefault(e => accepted[$"{Title(e.Name)} s{i}"]).Verdict ?? "InProgress"
            ),
        ];
    }

    private static JsonObject Kind(string name, string expression)
    {
        JsonObject spec = KubernetesYaml.ReadAll(States, "states")[0];
        spec["x-kubernetes-validations"] = new JsonArray(
            new JsonObject { ["rule"] = Variable().Replace(expression, "self.$0"), ["message"] = "false" }
        );
        return KubernetesYaml.ReadAll(
            $$"""
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: {{Plural(name)}}.flux.test}
            spec:
              group: flux.test
              names: {kind: {{Title(name)}}, plural: {{Plural(name)}} }
              scope: Cluster
              versions:
              - name: v1
                served: true
                storage: true
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec: {{spec.ToJsonString()}}
            """,
            name
        )[0];
    }

    private static JsonObject State(string name, int index, JsonObject o)
    {
        JsonObject spec = new() { ["metadata"] = o["metadata"]!.DeepClone() };
        if (o["status"] is { } status)
        {
            spec["status"] = status.DeepClone();
        }

        return new JsonObject
        {
            ["apiVersion"] = "flux.test/v1",
            ["kind"] = Title(name),
            ["metadata"] = new JsonObject { ["name"] = $"s{index}" },
            ["spec"] = spec,
        };
    }

    private static string Title(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    private static string Plural(string name) => name.ToLowerInvariant() + "s";

    // Flux binds the fields of the object to variables; here they are fields of self.
    [GeneratedRegex(@"(?<![.\w'])(metadata|status)(?=\.)", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();
}
