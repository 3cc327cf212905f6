using System.Diagnostics;
using System.Text.Json.Nodes;
using LlmOperator.EndToEnd.Harness.Cluster;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.EndToEnd.Stories.Cluster;

/// <summary>The chart goes.</summary>
[Collection(ClusterStories.Name)]
public sealed class UninstallStories(Installation installation)
{
    // Helm's own order (pkg/release/util/kind_sorter.go, UninstallOrder); what is not listed goes last.
    private static readonly string[] s_order =
    [
        "APIService",
        "MutatingWebhookConfiguration",
        "ValidatingWebhookConfiguration",
        "Ingress",
        "Service",
        "HorizontalPodAutoscaler",
        "Deployment",
        "DaemonSet",
        "RoleBinding",
        "Role",
        "ClusterRoleBinding",
        "ClusterRole",
        "CustomResourceDefinition",
        "ServiceAccount",
        "Secret",
        "PodDisruptionBudget",
        "NetworkPolicy",
        "PriorityClass",
    ];

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Uninstall_InHelmsOrder_LeavesOnlyWhatIsKept()
    {
        await installation.EnsureAsync(Token);
        long start = Stopwatch.GetTimestamp();
        // The models first: their engines stop, and no finalizer is left.
        await installation.Cluster.KubectlAsync(
            null,
            Token,
            "delete",
            "llmmodels,modelreplicas",
            "--all",
            "-n",
            Installation.Namespace,
            "--timeout=60s"
        );
        Write("models and replicas are gone", start);
        await DeleteAsync(
            KubernetesYaml
                .ReadAll(await Installation.RenderAsync(installation.Cluster.Tags[0], Token), "chart")
                .Where(o => (string?)o["metadata"]!["annotations"]?["helm.sh/resource-policy"] != "keep")
        );
        Write("all objects are deleted", start);
        string left;
        do
        {
            // Helm does not wait for pods that stop.
            left = await LeftAsync();
        } while (left.Length > 0 && Stopwatch.GetElapsedTime(start) < s_patience);

        Assert.Equal("", left);
        Write("nothing is left", start);
        // What is kept can be removed later, with nobody there any more.
        await installation.Cluster.KubectlAsync(
            null,
            Token,
            "delete",
            "crd",
            "-l",
            $"app.kubernetes.io/instance={Installation.Release}",
            "--timeout=60s"
        );
        Write("the kept kinds are gone", start);
        await installation.EnsureAsync(Token);
    }

    private Task<string> LeftAsync() =>
        installation.Cluster.KubectlAsync(
            null,
            Token,
            "get",
            "all,secrets,configmaps,serviceaccounts,roles,rolebindings,clusterroles,clusterrolebindings,networkpolicies,priorityclasses",
            "-A",
            "-l",
            $"app.kubernetes.io/instance={Installation.Release}",
            "-o",
            "name"
        );

    private async Task DeleteAsync(IEnumerable<JsonObject> objects)
    {
        foreach (
            JsonObject o in objects.OrderBy(o =>
                Array.IndexOf(s_order, (string?)o["kind"]) is var index and >= 0 ? index : s_order.Length
            )
        )
        {
            await installation.Cluster.KubectlAsync(
                o.ToJsonString(),
                Token,
                "delete",
                "--wait=true",
                "--timeout=90s",
                "-f",
                "-"
            );
        }
    }

    private static void Write(string what, long start) =>
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{what}: {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s"
        );
}
