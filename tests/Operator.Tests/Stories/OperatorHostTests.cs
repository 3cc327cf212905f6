using System.Net;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Telemetry.Prometheus;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.Operator.Tests.Stories;

/// <summary>The operator as a process: leadership, health, metrics, impossible options.</summary>
public sealed class OperatorHostTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoOperators_TheSecondTakesOverWhenTheFirstStops()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.AddNodeAsync("node-a", 4096);
        OperatorOptions options = new()
        {
            AllowFileSources = true,
            ListenAddress = new Uri("http://127.0.0.1:0"),
        };
        await using IHostedPart first = Create(world, options);
        await first.StartAsync(Token);
        LlmModelSpec spec = new()
        {
            Source = new ModelSource { File = new FileModelSource { Path = world.ModelFile("demo") } },
        };
        await world.ApplyAsync("one", spec);
        await Ready(world, "one");
        await using IHostedPart second = Create(world, options);
        await second.StartAsync(Token);

        await first.StopAsync(Token);
        await world.ApplyAsync("two", spec);

        await Ready(world, "two");
        await second.StopAsync(Token);
        await Task.WhenAll(first.Completion, second.Completion);
    }

    [Fact]
    public async Task MetricsServer_TellsHealthAndMetrics()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await using IHostedPart part = Create(
            world,
            new OperatorOptions { LeaderElection = false, ListenAddress = new Uri("http://127.0.0.1:0") }
        );
        await part.StartAsync(Token);
        using HttpClient http = new() { BaseAddress = part.Address };

        await OperatorWorld.WaitAsync(
            async () => (await http.GetAsync(new Uri("readyz", UriKind.Relative), Token)).StatusCode,
            status => status == HttpStatusCode.OK,
            "the operator is ready"
        );
        Assert.Equal("ok", await http.GetStringAsync(new Uri("healthz", UriKind.Relative), Token));
        string metrics = await http.GetStringAsync(new Uri("metrics", UriKind.Relative), Token);
        Assert.Contains("controller_runtime_reconcile_total", metrics, StringComparison.Ordinal);
        Assert.Contains("fleet", metrics, StringComparison.Ordinal);
        await part.StopAsync(Token);
    }

    [Theory]
    [InlineData("http://127.0.0.1:0", "0123456789abcdef")]
    [InlineData("http://0.0.0.0:0", "0123456789abcdef")]
    [InlineData("http://0.0.0.0:0", null)]
    public async Task MetricsServer_WithTokenOrBeyondLoopback_OpensMetricsToTheTokenOnly(
        string listen,
        string? token
    )
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await using IHostedPart part = Create(
            world,
            new OperatorOptions
            {
                LeaderElection = false,
                ListenAddress = new Uri(listen),
                MetricsToken = token is null ? null : new MetricsToken(token),
            }
        );
        await part.StartAsync(Token);
        using HttpClient http = new() { BaseAddress = new Uri($"http://127.0.0.1:{part.Address!.Port}/") };

        Assert.Equal("ok", await http.GetStringAsync(new Uri("healthz", UriKind.Relative), Token));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusOfAsync(http, "metrics", null));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusOfAsync(http, "metrics/", null));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusOfAsync(http, "metrics", "another-0123456789"));
        Assert.Equal(
            token is null ? HttpStatusCode.Unauthorized : HttpStatusCode.OK,
            await StatusOfAsync(http, "metrics", token)
        );
        await part.StopAsync(Token);
    }

    [Fact]
    public async Task Create_ImpossibleOption_NamesIt()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();

        ArgumentException e = Assert.Throws<ArgumentException>(() =>
            Create(world, new OperatorOptions { MaxConcurrentInspections = 0 })
        );

        Assert.Contains("MaxConcurrentInspections", e.Message, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> StatusOfAsync(HttpClient http, string path, string? token)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        request.Headers.Authorization = token is null ? null : new("Bearer", token);
        using HttpResponseMessage answer = await http.SendAsync(request, Token);
        return answer.StatusCode;
    }

    private static IHostedPart Create(OperatorWorld world, OperatorOptions options) =>
        OperatorHost.Create(options, world.Kubernetes, NullLoggerFactory.Instance, TimeProvider.System);

    private static Task<LlmModel> Ready(OperatorWorld world, string model) =>
        world.WaitAsync(model, LlmModelConditions.Ready, ConditionStatus.True, LlmModelConditions.AllReady);
}
