using System.Text.Json.Nodes;
using LlmOperator.Deploy.Tests.Rbac;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Deploy.Tests.Chart;

/// <summary>Facts about what the chart makes.</summary>
public sealed class ChartTests
{
    private const string Monitoring = "monitoring.coreos.com/v1";

    [Fact]
    public async Task Objects_All_HaveTheLabelsAndTheNamespace()
    {
        Rendering chart = await Rendering.OfAsync("-a", Monitoring, "--set", "secretAccess.default[0]=key");

        foreach (JsonObject o in chart.Objects)
        {
            JsonNode labels = o["metadata"]!["labels"]!;
            Assert.Equal("llm-operator", (string?)labels["app.kubernetes.io/name"]);
            Assert.Equal(Rendering.Release, (string?)labels["app.kubernetes.io/instance"]);
            Assert.Equal("llm-operator", (string?)labels["app.kubernetes.io/part-of"]);
            Assert.Equal("Helm", (string?)labels["app.kubernetes.io/managed-by"]);
            Assert.NotNull(labels["app.kubernetes.io/component"]);
            Assert.NotNull(labels["app.kubernetes.io/version"]);
            Assert.NotNull(labels["helm.sh/chart"]);
            Assert.Contains(
                (string?)o["metadata"]!["namespace"],
                (string?[])[null, Rendering.Namespace, "default"]
            );
        }

        Assert.Equal(
            chart.Objects.Count,
            chart
                .Objects.Select(o => $"{o["kind"]} {o["metadata"]!["namespace"]} {o["metadata"]!["name"]}")
                .Distinct(StringComparer.Ordinal)
                .Count()
        );
    }

    [Fact]
    public async Task Selectors_MatchTheirPodsAndNoOthers()
    {
        Rendering chart = await Rendering.OfAsync();
        Dictionary<string, JsonNode> pods = chart
            .Objects.Where(o => (string?)o["kind"] is "Deployment" or "DaemonSet")
            .ToDictionary(
                o => (string)o["metadata"]!["name"]!,
                o => o["spec"]!["template"]!["metadata"]!["labels"]!
            );

        Assert.Equal(3, pods.Count);
        foreach (JsonObject o in chart.Objects)
        {
            JsonNode? selector = (string?)o["kind"] switch
            {
                "Deployment" or "DaemonSet" or "PodDisruptionBudget" => o["spec"]!["selector"]![
                    "matchLabels"
                ],
                "Service" => o["spec"]!["selector"],
                _ => null,
            };
            if (selector is not null)
            {
                Assert.Equal(
                    [(string?)o["metadata"]!["name"]],
                    pods.Where(p => selector.AsObject().All(l => (string?)p.Value[l.Key] == (string?)l.Value))
                        .Select(p => p.Key)
                );
            }
        }
    }

    [Fact]
    public async Task UpgradeOfTheChart_DoesNotChangeThePods()
    {
        // An engine that runs must not restart because the version of the chart is another one.
        Rendering chart = await Rendering.OfAsync();
        JsonNode pod = chart.Get("DaemonSet", "llm-operator-agent")["spec"]!["template"]!["metadata"]!;

        Assert.DoesNotContain("version", pod.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("helm.sh/chart", pod.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Roles_AreThoseThatTheProgramsDeclare()
    {
        Rendering chart = await Rendering.OfAsync("--set", "secretAccess.default[0]=cloud-key");
        foreach (Component component in Component.All)
        {
            JsonNode declared = KubernetesYaml.ReadAll(RbacManifests.Chart(component), component.Name)[0];
            Equal(declared["cluster"], chart.Get("ClusterRole", component.AccountName)["rules"]);
            JsonArray secrets = chart.Get("Role", component.AccountName + "-secrets")["rules"]!.AsArray();
            Assert.All(
                secrets,
                rule => Assert.Equal("""["cloud-key"]""", rule!["resourceNames"]!.ToJsonString())
            );
            Assert.Equal(declared["namedObjects"]!.AsArray().Count, secrets.Count);
            if (declared["ownNamespace"]!.AsArray().Count > 0)
            {
                JsonObject own = chart.Get("Role", component.AccountName);
                Equal(declared["ownNamespace"], own["rules"]);
                Assert.Equal(Rendering.Namespace, (string?)own["metadata"]!["namespace"]);
            }
        }
    }

    [Fact]
    public async Task Crds_AreThoseOfTheTypes_AndKept()
    {
        Rendering chart = await Rendering.OfAsync();
        string[] files = Directory.GetFiles(Repository.PathOf("deploy", "crds"), "*.yaml");

        Assert.Equal(files.Length, chart.OfKind("CustomResourceDefinition").Count());
        foreach (JsonObject crd in files.SelectMany(f => KubernetesYaml.ReadAll(File.ReadAllText(f), f)))
        {
            JsonObject made = chart.Get("CustomResourceDefinition", (string)crd["metadata"]!["name"]!);
            Equal(crd["spec"], made["spec"]);
            Assert.Equal("keep", (string?)made["metadata"]!["annotations"]!["helm.sh/resource-policy"]);
        }
    }

    [Fact]
    public async Task Crds_AreOptional_AndNeedNotBeKept()
    {
        Rendering without = await Rendering.OfAsync("--set", "crds.enabled=false");
        Rendering unkept = await Rendering.OfAsync("--set", "crds.keep=false");

        Assert.Empty(without.OfKind("CustomResourceDefinition"));
        Assert.All(
            unkept.OfKind("CustomResourceDefinition"),
            crd => Assert.Null(crd["metadata"]!["annotations"])
        );
    }

    [Fact]
    public async Task Monitoring_IsMadeWhereItsKindsAre()
    {
        Rendering without = await Rendering.OfAsync();
        Rendering with = await Rendering.OfAsync("-a", Monitoring);

        Assert.Empty(without.Objects.Where(o => (string?)o["apiVersion"] == Monitoring));
        Assert.Equal(3, with.OfKind("ServiceMonitor").Count());
        string rules = Assert.Single(with.OfKind("PrometheusRule")).ToJsonString();
        Assert.Contains("controller_runtime_reconcile_errors_total", rules, StringComparison.Ordinal);
        Assert.All(
            with.OfKind("ServiceMonitor"),
            m =>
                Assert.Equal(
                    """{"name":"llm-operator-tokens","key":"metrics-token"}""",
                    m["spec"]!["endpoints"]![0]!["authorization"]!["credentials"]!.ToJsonString()
                )
        );
    }

    [Fact]
    public async Task Secrets_OfOnesOwn_AreMountedAndNotGenerated()
    {
        Rendering chart = await Rendering.OfAsync(
            "--set",
            "tokens.existingSecret=my-tokens,router.apiKeys.existingSecret=my-keys"
        );

        Assert.Empty(chart.OfKind("Secret"));
        Assert.Equal(
            ["my-keys", "my-tokens"],
            chart
                .Pods()
                .SelectMany(p => p.Spec["volumes"]!.AsArray())
                .Select(v => (string?)v!["secret"]?["secretName"])
                .OfType<string>()
                .Distinct(StringComparer.Ordinal)
                .Order()
        );
    }

    [Fact]
    public async Task Images_FollowRegistryAndDigest()
    {
        string digest = "sha256:" + new string('a', 64);
        Rendering chart = await Rendering.OfAsync(
            "--set",
            $"global.imageRegistry=mirror.example.com/llm,operator.image.digest={digest},router.image.tag=9.9.9"
        );

        Assert.Equal(
            $"mirror.example.com/llm/llm-operator/operator@{digest}",
            (string?)chart.Pods().First(p => p.Name == "llm-operator").Spec["containers"]![0]!["image"]
        );
        Assert.Equal(
            "mirror.example.com/llm/llm-operator/router:9.9.9",
            (string?)chart.Pods().First(p => p.Name == "llm-operator-router").Spec["containers"]![0]!["image"]
        );
    }

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
                plural is not ("modelreplicas" or "llmnodes" or "modelcatalogs"),
                edit.Contains($"delete {plural}")
            );
            Assert.Contains($"delete {plural}", admin);
        }

        Assert.DoesNotContain("create modelreplicas", admin);
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
