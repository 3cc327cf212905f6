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

    private static void Equal(JsonNode? expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(expected, actual), $"{expected}\n\nis not\n\n{actual}");
}
