using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.Api;
using LlmOperator.Api.Schema;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.ApiServer;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.RouterBench;

/// <summary>The embedded API server with what the router of the bench watches: a key, two providers, a policy with a budget for each.</summary>
internal static class ConfigurationServer
{
    private static readonly ApplyOptions s_apply = new() { FieldManager = "bench", Force = true };

    public static async Task RunAsync(
        string kubeconfig,
        string key,
        int jsonPort,
        int streamPort,
        CancellationToken stop
    )
    {
        await using EmbeddedApiServer server = await EmbeddedApiServer.StartAsync(
            new ApiServerOptions { KubeconfigPath = kubeconfig },
            stop
        );
        string text = await File.ReadAllTextAsync(kubeconfig, stop);
        using KubernetesClient client = new(
            KubernetesConfiguration.FromKubeconfigText(text),
            TimeProvider.System
        );
        foreach (JsonObject crd in CrdManifests.All)
        {
            await client.ApplyAsync(KubernetesJson.Read<CustomResourceDefinition>(crd), s_apply, stop);
        }

        await client.ApplyAsync(
            new Namespace { Metadata = new ObjectMeta { Name = WellKnown.SystemNamespace } },
            s_apply,
            stop
        );
        await client.ApplyAsync(KeyOf(key), s_apply, stop);
        foreach ((string name, int port) in new[] { ("bench", jsonPort), ("streams", streamPort) })
        {
            await client.ApplyAsync(ProviderOf(name, port), s_apply, stop);
            await client.ApplyAsync(PolicyOf(name), s_apply, stop);
        }

        Console.WriteLine("configured");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static ObjectMeta Meta(string name) => new() { Name = name, Namespace = "default" };

    private static RouterKey KeyOf(string key) =>
        new()
        {
            Metadata = Meta("bench"),
            Spec = new RouterKeySpec
            {
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))),
                AllowedNames = ["bench", "streams"],
                RequestLimits = new RequestLimits { RequestsPerMinute = 1_000_000 },
            },
        };

    private static InferenceProvider ProviderOf(string name, int port) =>
        new()
        {
            Metadata = Meta(name),
            Spec = new InferenceProviderSpec
            {
                BaseUrl = $"http://127.0.0.1:{port}/v1",
                Models =
                [
                    new ProviderModel
                    {
                        Name = "large",
                        UpstreamName = "gpt-bench",
                        ContextLength = 128_000,
                        MaxOutputTokens = 1000,
                        Price = new ModelPrice { InputPerMillion = "0.15", OutputPerMillion = "0.60" },
                    },
                ],
            },
        };

    private static RoutingPolicy PolicyOf(string name) =>
        new()
        {
            Metadata = Meta(name),
            Spec = new RoutingPolicySpec
            {
                Mode = RoutingMode.CloudFirst,
                Rules =
                [
                    new RoutingRule
                    {
                        Name = "long-context",
                        Match = new RoutingMatch { PromptTokens = new TokenRange { Above = 100_000 } },
                        Targets = [new RouteTarget { Provider = name, Model = "large" }],
                    },
                ],
                Targets = [new RouteTarget { Provider = name, Model = "large" }],
                Budgets =
                [
                    new Budget
                    {
                        Name = "daily",
                        Period = BudgetPeriod.Day,
                        Usd = "1000000.00",
                        OnExceeded = BudgetExceededAction.Fail,
                    },
                ],
            },
        };
}
