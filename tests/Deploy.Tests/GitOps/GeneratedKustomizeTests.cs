using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.Deploy.Tests.Chart;
using LlmOperator.Kubernetes.Serialization;
using LlmOperator.Testing.Kubernetes;

namespace LlmOperator.Deploy.Tests.GitOps;

/// <summary>The kustomize base is what the chart makes with its defaults, without Secrets and what belongs to Helm.</summary>
public sealed class GeneratedKustomizeTests
{
    private const string Base = "deploy/kustomize/base";
    private const string Head = "# Generated from the chart; do not edit. eng/generate writes it again.\n";

    [Fact]
    public async Task Base_ComparedWithTheChart_IsCurrent()
    {
        IReadOnlyList<JsonObject> objects = await ExpectedAsync();

        Repository.RequireCurrent($"{Base}/crds.yaml", Text(objects.Where(IsCrd)));
        Repository.RequireCurrent($"{Base}/objects.yaml", Text(objects.Where(o => !IsCrd(o))));
    }

    [Fact]
    public async Task Monitoring_ComparedWithTheChart_IsCurrent()
    {
        HashSet<string> inBase = [.. (await ExpectedAsync()).Select(KeyOf)];
        IReadOnlyList<JsonObject> objects = await ExpectedAsync("-a", "monitoring.coreos.com/v1");
        JsonObject[] added = [.. objects.Where(o => !inBase.Contains(KeyOf(o)))];

        Assert.Contains(added, o => (string?)o["kind"] == "PrometheusRule");
        Repository.RequireCurrent("deploy/kustomize/components/monitoring/objects.yaml", Text(added));
    }

    [Fact]
    public async Task BaseWithMonitoring_BuiltByKubectl_HasTheObjectsOfTheChart()
    {
        DirectoryInfo overlay = Directory.CreateTempSubdirectory("llmop-overlay-");
        try
        {
            string kustomize = Path.GetRelativePath(
                overlay.FullName,
                Repository.PathOf("deploy", "kustomize")
            );
            await File.WriteAllTextAsync(
                Path.Combine(overlay.FullName, "kustomization.yaml"),
                $"resources: [{kustomize}/base]\ncomponents: [{kustomize}/components/monitoring]\n",
                TestContext.Current.CancellationToken
            );
            (int code, string output, string errors) = await Tools.RunAsync(
                Kubectl.Executable,
                "kustomize",
                overlay.FullName,
                "--load-restrictor=LoadRestrictionsNone"
            );
            Assert.True(code == 0, errors);
            Assert.Equal(
                (await ExpectedAsync("-a", "monitoring.coreos.com/v1")).Select(KeyOf).Order(),
                KubernetesYaml.ReadAll(output, "kustomize").Select(KeyOf).Order()
            );
        }
        finally
        {
            overlay.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Base_BuiltByKubectl_HasTheObjectsOfTheChart()
    {
        (int code, string output, string errors) = await Tools.RunAsync(
            Kubectl.Executable,
            "kustomize",
            Repository.PathOf("deploy", "kustomize", "base")
        );
        Assert.True(code == 0, errors);
        Dictionary<string, JsonObject> built = KubernetesYaml
            .ReadAll(output, "kustomize")
            .ToDictionary(KeyOf, StringComparer.Ordinal);
        IReadOnlyList<JsonObject> expected = await ExpectedAsync();

        Assert.Equal(expected.Select(KeyOf).Order(), built.Keys.Order());
        Assert.All(
            expected,
            o => Assert.True(JsonNode.DeepEquals(o, built[KeyOf(o)]), $"{KeyOf(o)} differs")
        );
    }

    private static async Task<IReadOnlyList<JsonObject>> ExpectedAsync(params string[] arguments)
    {
        Rendering chart = await Rendering.OfAsync(arguments);
        return
        [
            .. chart.Objects.Where(o => (string?)o["kind"] != "Secret" && !IsHook(o)).Select(WithoutHelm),
        ];
    }

    private static JsonObject WithoutHelm(JsonObject o)
    {
        JsonObject metadata = o["metadata"]!.AsObject();
        JsonObject labels = metadata["labels"]!.AsObject();
        labels.Remove("helm.sh/chart");
        labels["app.kubernetes.io/managed-by"] = "kustomize";
        if (metadata["annotations"] is JsonObject annotations)
        {
            annotations.Remove("helm.sh/resource-policy");
            if (annotations.Count == 0)
            {
                metadata.Remove("annotations");
            }
        }

        return o;
    }

    private static string Text(IEnumerable<JsonObject> objects) =>
        objects
            .Aggregate(
                new StringBuilder(Head),
                (text, o) => text.Append("---\n").Append(KubernetesYaml.Write(o))
            )
            .ToString();

    private static bool IsCrd(JsonObject o) => (string?)o["kind"] == "CustomResourceDefinition";

    private static bool IsHook(JsonObject o) =>
        o["metadata"]!["annotations"]?.AsObject().ContainsKey("helm.sh/hook") == true;

    private static string KeyOf(JsonObject o) =>
        $"{o["kind"]} {o["metadata"]!["namespace"]} {o["metadata"]!["name"]}";
}
