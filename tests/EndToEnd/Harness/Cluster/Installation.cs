using System.Diagnostics;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Testing.Engine;

namespace LlmOperator.EndToEnd.Harness.Cluster;

/// <summary>The chart on the cluster, with the demo model on two of its three nodes.</summary>
public sealed class Installation : IAsyncLifetime
{
    public const string Release = "llm-operator";
    public const string System = "llm-system";
    public const string Namespace = "llm-stories";
    public const string Key = "key-of-the-stories-0123456789";
    public static readonly ObjectKey Model = new(Namespace, "demo");
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    // Not even the smallest context of the demo model fits on the first.
    private static readonly (string Node, string Memory)[] s_budgets =
    [
        ("n1", "16Mi"),
        ("n2", "1Gi"),
        ("n3", "512Mi"),
    ];

    public TestCluster Cluster { get; } = new();

    public IKubernetesClient Client => Cluster.Client;

    /// <summary>The router, as this machine sees it.</summary>
    public Uri Router { get; private set; } = new("http://127.0.0.1/");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await Cluster.InitializeAsync();
        string objects = await File.ReadAllTextAsync(Path.Combine(TestCluster.ScriptFolder, "objects.yaml"));
        await Cluster.KubectlAsync(
            objects.Replace("@CLIENT@", Cluster.ClientImage, StringComparison.Ordinal),
            CancellationToken.None,
            "apply",
            "-f",
            "-"
        );
        await EnsureAsync(CancellationToken.None);
    }

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();

    /// <summary>Installs what is missing and waits until the model answers from both of its places.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        await ApplyAsync(Cluster.Tags[0], cancellationToken);
        await RolledOutAsync(cancellationToken);
        foreach ((string node, string memory) in s_budgets)
        {
            await WaitForAsync<LlmNode>(new ObjectKey(null, node), n => n is not null, cancellationToken);
            await Cluster.KubectlAsync(
                null,
                cancellationToken,
                "patch",
                "llmnode",
                node,
                "--type=merge",
                "-p",
                $$$"""{"spec":{"budgets":[{"device":"CPU","memory":"{{{memory}}}"}]}}"""
            );
            // The agent takes it over within its report interval; placed before, the model would have to move.
            await WaitForAsync<LlmNode>(
                new ObjectKey(null, node),
                n => n!.Status?.Devices.Any(d => d.BudgetBytes == Quantity.Parse(memory).Bytes) == true,
                cancellationToken
            );
        }

        await Cluster.KubectlAsync(ModelManifest(replicas: 2), cancellationToken, "apply", "-f", "-");
        await WaitForAsync<LlmModel>(Model, IsWhole, cancellationToken);
        string address = await Cluster.KubectlAsync(
            null,
            cancellationToken,
            "get",
            "service",
            $"{Release}-router",
            "-n",
            System,
            "-o",
            "jsonpath={.spec.clusterIP}"
        );
        Router = new Uri(
            Environment.GetEnvironmentVariable("LLMOP_E2E_ROUTER_URL") ?? $"http://{address}:11400/"
        );
    }

    /// <summary>Applies the chart with images of a tag.</summary>
    public async Task ApplyAsync(string tag, CancellationToken cancellationToken) =>
        await Cluster.KubectlAsync(
            await RenderAsync(tag, cancellationToken),
            cancellationToken,
            "apply",
            "--validate=false",
            "-f",
            "-"
        );

    /// <summary>What Helm would install.</summary>
    public static async Task<string> RenderAsync(string tag, CancellationToken cancellationToken)
    {
        string helm =
            Environment.GetEnvironmentVariable("LLMOP_HELM")
            ?? throw new InvalidOperationException("LLMOP_HELM names no helm; see eng/fetch-helm.");
        CommandResult result = await Command.RunAsync(
            helm,
            [
                "template",
                Release,
                Path.Combine(EngineFixture.RepositoryRoot, "deploy", "helm", "llm-operator"),
                "--namespace",
                System,
                "--values",
                Environment.GetEnvironmentVariable("LLMOP_E2E_VALUES")
                    ?? Path.Combine(TestCluster.ScriptFolder, "values.yaml"),
                "--no-hooks",
                "--kube-version",
                "1.25",
                "--set",
                $"operator.image.tag={tag},router.image.tag={tag},agent.image.tag={tag}",
            ],
            input: null,
            cancellationToken
        );
        Assert.True(result.ExitCode == 0, result.All);
        return result.Output;
    }

    /// <summary>Waits for all pods of the chart.</summary>
    public async Task RolledOutAsync(CancellationToken cancellationToken)
    {
        string[] parts =
        [
            $"deployment/{Release}",
            $"deployment/{Release}-router",
            $"daemonset/{Release}-agent",
        ];
        foreach (string part in parts)
        {
            await Cluster.KubectlAsync(
                null,
                cancellationToken,
                "rollout",
                "status",
                part,
                "-n",
                System,
                "--timeout=240s"
            );
        }
    }

    /// <summary>Waits until an object is as wanted; returns how long it took.</summary>
    public async Task<TimeSpan> WaitForAsync<T>(
        ObjectKey key,
        Func<T?, bool> isAsWanted,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject
    {
        long start = Stopwatch.GetTimestamp();
        T? last = null;
        while (Stopwatch.GetElapsedTime(start) < s_patience)
        {
            last = await Client.FindAsync<T>(key, cancellationToken);
            if (isAsWanted(last))
            {
                return Stopwatch.GetElapsedTime(start);
            }

            await Task.Delay(50, cancellationToken);
        }

        throw new TimeoutException(
            $"{typeof(T).Name} {key} is not as wanted: {(last is null ? "gone" : Kubernetes.Serialization.KubernetesJson.ToText(last))}"
        );
    }

    /// <summary>The replicas of the model.</summary>
    public async Task<IReadOnlyList<ModelReplica>> ReplicasAsync() =>
        (await Client.ListAsync<ModelReplica>(new ListOptions { Namespace = Namespace }, Token)).Items;

    /// <summary>Waits until the replicas of the model are on exactly these nodes.</summary>
    public async Task WaitForPlacesAsync(string[] nodes, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        string[] last = [];
        while (Stopwatch.GetElapsedTime(start) < s_patience)
        {
            last =
            [
                .. (await ReplicasAsync())
                    .Where(r => !r.IsBeingDeleted)
                    .Select(r => r.Spec.NodeName)
                    .Order(StringComparer.Ordinal),
            ];
            if (last.SequenceEqual(nodes))
            {
                return;
            }

            await Task.Delay(100, cancellationToken);
        }

        throw new TimeoutException($"The replicas are on {string.Join(", ", last)}.");
    }

    public static bool IsWhole(LlmModel? model) =>
        model?.Status is { } status
        && status.ObservedGeneration == model.Metadata.Generation
        && status.Conditions.IsTrue(LlmModelConditions.Ready)
        && status.Replicas?.Ready == 2;

    public static string ModelManifest(int replicas) =>
        $$"""
            apiVersion: llmoperator.dev/v1alpha1
            kind: LlmModel
            metadata: { name: {{Model.Name}}, namespace: {{Namespace}} }
            spec:
              source:
                http:
                  url: http://models.{{Namespace}}.svc:8080/llmop-demo.gguf
                  sha256: {{File.ReadAllText(
                Path.Combine(EngineFixture.RepositoryRoot, "tools", "demo-model", "llmop-demo.gguf.sha256")
            )[..64]}}
              context: { preferred: 2048 }
              parallelSequences: 4
              placement: { replicas: {{replicas}} }
            """;
}
