using System.Text;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Deploy.Tests.Product;
using LlmOperator.Testing.Engine;
using LlmOperator.Testing.Registries;

namespace LlmOperator.Deploy.Tests.Monitoring;

/// <summary>What operator, agent and router really export after some work: well-formed, and all that is asked for.</summary>
public sealed class MetricsTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_AfterWork_PassTheLinterAndHaveEveryNameInAlertsAndDashboards()
    {
        await using RunningProduct product = await RunningProduct.StartAsync(engine);
        IHostedPart op = await product.StartOperatorAsync();
        IHostedPart agent = await product.StartAgentAsync();
        IHostedPart router = await product.StartRouterAsync();
        await WorkAsync(product, router);

        string[] metrics = await Task.WhenAll(new[] { op, agent, router }.Select(ReadAsync));

        await LintAsync(metrics);
        // The search itself finds what is asked for.
        Assert.Contains("llmop_model_ready", MetricNames.Of("sum(llmop_model_ready{a_b=\"c_d\"}) by (le)"));
        Assert.True(MetricNames.Expressions().Count() > 50);
        HashSet<string> exported = [.. metrics.SelectMany(MetricNames.Exported)];
        Assert.Empty(
            MetricNames
                .Expressions()
                .SelectMany(e => MetricNames.Of(e.Expression).Select(n => $"{n} of {e.Where}"))
                .Where(n => !exported.Contains(n[..n.IndexOf(' ', StringComparison.Ordinal)]))
                .Distinct(StringComparer.Ordinal)
        );
    }

    // A model answers, another one's download hangs, a node has a GPU with a thermometer, a role is there.
    private static async Task WorkAsync(RunningProduct product, IHostedPart router)
    {
        await product.ApplyAsync(
            $"{RunningProduct.InDefault}/workerroles/coder",
            Repository.Read("examples/workerroles/basic.yaml")
        );
        await product.ApplyAsync(
            $"{RunningProduct.Group}/llmnodes/hot",
            """{"apiVersion":"llmoperator.dev/v1alpha1","kind":"LlmNode","metadata":{"name":"hot"}}"""
        );
        await product.ApplyAsync(
            $"{RunningProduct.Group}/llmnodes/hot/status",
            """
            apiVersion: llmoperator.dev/v1alpha1
            kind: LlmNode
            metadata: {name: hot}
            status:
              devices:
              - {name: CUDA0, kind: Gpu, memoryBytes: 100, budgetBytes: 90, temperatureCelsius: 71, utilizationPercent: 50}
            """
        );
        await product.ApplyAsync($"{RunningProduct.InDefault}/llmmodels/tiny", RunningProduct.Model("tiny"));
        await product.UntilReadyAsync($"{RunningProduct.InDefault}/llmmodels/tiny");
        await ChatAsync(router);
        product.Registry.HuggingFace.Add(
            "some/tiny",
            "slow.gguf",
            RegistryContent.Generated(64 << 20, 7, Testing.Gguf.ModelShapes.TinyLlama())
        );
        await product.ApplyAsync(
            $"{RunningProduct.InDefault}/llmmodels/slow",
            RunningProduct.Model("slow", "slow.gguf")
        );
        await RunningProduct.UntilAsync(
            "the replica of slow exists, so that the next download of its file hangs",
            async () =>
                (await product.FindAsync($"{RunningProduct.InDefault}/modelreplicas"))!["items"]!
                    .AsArray()
                    .Any(r => r!["status"]?["pull"] is not null && (string?)r["spec"]!["modelName"] == "slow")
        );
    }

    private static async Task ChatAsync(IHostedPart router)
    {
        using HttpClient http = new() { BaseAddress = router.Address };
        await RunningProduct.UntilAsync(
            "the router knows the model",
            async () =>
            {
                using StringContent body = new(
                    """{"model":"tiny","stream":true,"stream_options":{"include_usage":true},"max_tokens":2,"messages":[{"role":"user","content":"a"}]}""",
                    Encoding.UTF8,
                    "application/json"
                );
                using HttpResponseMessage answer = await http.PostAsync(
                    new Uri("v1/chat/completions", UriKind.Relative),
                    body,
                    Token
                );
                return answer.IsSuccessStatusCode
                    && (await answer.Content.ReadAsStringAsync(Token)).Contains(
                        "[DONE]",
                        StringComparison.Ordinal
                    );
            }
        );
    }

    private static async Task<string> ReadAsync(IHostedPart part)
    {
        using HttpClient http = new() { BaseAddress = part.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", RunningProduct.PartToken);
        return await http.GetStringAsync(new Uri("metrics", UriKind.Relative), Token);
    }

    private static async Task LintAsync(string[] metrics)
    {
        string promtool = Promtool.Require();
        foreach (string text in metrics)
        {
            (int code, string output, string errors) = await Tools.RunWithInputAsync(
                promtool,
                text,
                "check",
                "metrics"
            );
            Assert.True(code == 0 && (output + errors).Trim().Length == 0, $"{output}{errors}\n{text}");
        }
    }
}
