using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Deploy.Tests.Chart;

/// <summary>What the chart makes for other clusters and other wishes, and what it says of itself.</summary>
public sealed class ChartOptionsTests
{
    [Theory]
    [InlineData("1.20.2", "policy/v1beta1", "autoscaling/v2beta2")]
    [InlineData("1.22.0", "policy/v1", "autoscaling/v2beta2")]
    [InlineData("1.36.0", "policy/v1", "autoscaling/v2")]
    public async Task ApiVersions_AreThoseOfTheCluster(string version, string budgets, string autoscaling)
    {
        Rendering chart = await Rendering.OfAsync("--kube-version", version);

        Assert.All(chart.OfKind("PodDisruptionBudget"), o => Assert.Equal(budgets, (string?)o["apiVersion"]));
        Assert.Equal(2, chart.OfKind("PodDisruptionBudget").Count());
        Assert.Equal(
            autoscaling,
            (string?)chart.Get("HorizontalPodAutoscaler", "llm-operator-router")["apiVersion"]
        );
    }

    [Fact]
    public async Task DisruptionBudgets_LetASingleReplicaBeDrained()
    {
        Rendering chart = await Rendering.OfAsync("--set", "operator.replicas=1");

        Assert.All(
            chart.OfKind("PodDisruptionBudget"),
            o => Assert.Equal("""1""", o["spec"]!["maxUnavailable"]!.ToJsonString())
        );
    }

    [Fact]
    public async Task ServiceAccounts_OfOnesOwn_AreUsedAndNotMade()
    {
        Rendering chart = await Rendering.OfAsync(
            "--set",
            "agent.serviceAccount.create=false,agent.serviceAccount.name=mine"
        );

        Assert.Equal(
            ["llm-operator", "llm-operator-router"],
            chart.OfKind("ServiceAccount").Select(o => (string)o["metadata"]!["name"]!).Order()
        );
        Assert.Equal(
            "mine",
            (string?)chart.Pods().Single(p => p.Name == "llm-operator-agent").Spec["serviceAccountName"]
        );
        Assert.All(
            chart
                .Objects.Where(o => (string?)o["kind"] is "RoleBinding" or "ClusterRoleBinding")
                .Where(o => (string?)o["metadata"]!["name"] == "llm-operator-agent"),
            o => Assert.Equal("mine", (string?)o["subjects"]![0]!["name"])
        );
    }

    [Fact]
    public async Task ExtraObjects_AsYamlAndAsText_AreTemplates()
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file,
            """
            extraObjects:
            - {apiVersion: v1, kind: ConfigMap, metadata: {name: "{{ .Release.Name }}-a"}}
            - |
              apiVersion: v1
              kind: ConfigMap
              metadata: {name: {{ .Release.Name }}-b}
            """,
            TestContext.Current.CancellationToken
        );

        Rendering chart = await Rendering.OfAsync("-f", file);
        File.Delete(file);

        Assert.Equal(
            ["llm-operator-a", "llm-operator-b"],
            chart.OfKind("ConfigMap").Select(o => (string?)o["metadata"]!["name"])
        );
    }

    [Fact]
    public async Task RolesForPeople_AddUpToWhatEachMayDo()
    {
        Rendering chart = await Rendering.OfAsync();
        string[] view = Allowed(chart, "view");
        string[] edit = Allowed(chart, "edit");
        string[] admin = Allowed(chart, "admin");

        Assert.Empty(view.Except(edit));
        Assert.Empty(edit.Except(admin));
        Assert.All(view, v => Assert.Contains(v.Split(' ')[0], (string[])["get", "list", "watch"]));
        foreach (JsonObject crd in chart.OfKind("CustomResourceDefinition"))
        {
            string plural = (string)crd["spec"]!["names"]!["plural"]!;
            Assert.Contains($"watch {plural}", view);
            Assert.Equal(
                plural
                    is not (
                        "modelreplicas"
                        or "llmnodes"
                        or "modelcatalogs"
                        or "routerkeys"
                        or "budgetledgers"
                    ),
                edit.Contains($"delete {plural}")
            );
            Assert.Contains($"delete {plural}", admin);
        }

        Assert.DoesNotContain("create modelreplicas", admin);
        Assert.DoesNotContain("update budgetledgers", admin);
        Assert.DoesNotContain(admin, a => a.EndsWith("/status", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ArtifactHub_NamesEveryKindAndAnExampleOfEachThatPeopleWrite()
    {
        Rendering chart = await Rendering.OfAsync();
        JsonNode annotations = KubernetesYaml.ReadAll(
            Repository.Read("deploy/helm/llm-operator/Chart.yaml"),
            "Chart.yaml"
        )[0]["annotations"]!;
        JsonArray crds = List(annotations, "crds");
        JsonArray examples = List(annotations, "crdsExamples");

        Assert.Equal(
            chart.OfKind("CustomResourceDefinition").Select(c => (string)c["metadata"]!["name"]!).Order(),
            crds.Select(c => (string)c!["name"]!).Order()
        );
        Assert.Equal(
            Directory
                .GetDirectories(Repository.PathOf("examples"))
                .Select(d => KubernetesYaml.ReadAll(File.ReadAllText(Path.Combine(d, "basic.yaml")), d)[0])
                .Select(o => o.ToJsonString())
                .Order(),
            examples.Select(o => o!.ToJsonString()).Order()
        );
        // The images of the annotation are those that the chart runs by default.
        Assert.Equal(
            chart
                .Pods()
                .SelectMany(p => p.Spec["containers"]!.AsArray())
                .Select(c => (string)c!["image"]!)
                .Distinct(StringComparer.Ordinal)
                .Order(),
            List(annotations, "images").Select(i => (string)i!["image"]!).Order()
        );
    }

    [Fact]
    public async Task CrdChart_MakesTheSameKinds()
    {
        Rendering chart = await Rendering.OfAsync();
        string folder = Repository.PathOf("deploy", "helm", "llm-operator-crds");
        (int code, string output, string errors) = await Tools.RunAsync(
            Tools.RequireHelm(),
            "template",
            "llm-operator-crds",
            folder
        );
        Assert.True(code == 0, errors);
        IReadOnlyList<JsonObject> crds = KubernetesYaml.ReadAll(output, "crds");

        Assert.Equal(chart.OfKind("CustomResourceDefinition").Count(), crds.Count);
        foreach (JsonObject crd in crds)
        {
            JsonObject other = chart.Get("CustomResourceDefinition", (string)crd["metadata"]!["name"]!);
            Equal(other["spec"], crd["spec"]);
            Assert.Equal("keep", (string?)crd["metadata"]!["annotations"]!["helm.sh/resource-policy"]);
            Assert.Equal(
                other["metadata"]!["labels"]!.AsObject().Select(l => l.Key).Order(),
                crd["metadata"]!["labels"]!.AsObject().Select(l => l.Key).Order()
            );
        }
    }

    private static JsonArray List(JsonNode annotations, string name) =>
        KubernetesYaml.ReadAll("items:\n" + (string)annotations[$"artifacthub.io/{name}"]!, name)[0][
            "items"
        ]!.AsArray();

    // "verb resource" of all roles that are aggregated to a role of the cluster.
    private static string[] Allowed(Rendering chart, string role) =>
        [
            .. chart
                .OfKind("ClusterRole")
                .Where(o =>
                    (string?)o["metadata"]!["labels"]![$"rbac.authorization.k8s.io/aggregate-to-{role}"]
                    == "true"
                )
                .SelectMany(o => o["rules"]!.AsArray())
                .SelectMany(r =>
                    r!["resources"]!.AsArray().SelectMany(p => r["verbs"]!.AsArray().Select(v => $"{v} {p}"))
                )
                .Distinct(StringComparer.Ordinal),
        ];

    private static void Equal(JsonNode? expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(expected, actual), $"{expected}\n\nis not\n\n{actual}");
}
