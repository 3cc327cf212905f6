using System.Net;
using System.Text.Json;
using LlmOperator.NodeAgent.Replicas;
using LlmOperator.NodeAgent.Serving;
using LlmOperator.Testing.Gguf;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.NodeAgent.Tests.Serving;

public sealed class ServingHostTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer wrong-token-0123456789-long")]
    [InlineData("Basic test-serving-token-0123456789")]
    [InlineData("Bearer ")]
    public async Task Request_WithoutTheToken_Is401AndReachesNothing(string? authorization)
    {
        await using ServingWorld world = await ServingWorld.StartAsync(c => c.Response.WriteAsync("secret"));
        world.Client.DefaultRequestHeaders.Remove("Authorization");
        if (authorization is not null)
        {
            world.Client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        }

        foreach (string path in (string[])["metrics", "v1/store", "v2/", "replicas/default/demo/health", "x"])
        {
            using HttpResponseMessage response = await world.Client.GetAsync(path, Token);
            await ForwardingTests.AssertErrorAsync(response, HttpStatusCode.Unauthorized, "unauthorized");
        }

        Assert.Equal(0, world.Gateway.Acquired);
    }

    [Fact]
    public async Task MetricsToken_OpensMetricsAndNothingElse()
    {
        await using ServingWorld world = await ServingWorld.StartAsync();
        world.Client.DefaultRequestHeaders.Authorization = new("Bearer", ServingWorld.Metric);

        using HttpResponseMessage metrics = await world.Client.GetAsync("metrics", Token);
        using HttpResponseMessage store = await world.Client.GetAsync("v1/store", Token);

        Assert.Equal(HttpStatusCode.OK, metrics.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, store.StatusCode);
    }

    [Fact]
    public async Task RegistryToken_OpensTheRegistryAndNothingElse()
    {
        await using ServingWorld world = await ServingWorld.StartAsync(c => c.Response.WriteAsync("secret"));
        world.Client.DefaultRequestHeaders.Authorization = new("Bearer", ServingWorld.Registry);

        using HttpResponseMessage registry = await world.Client.GetAsync("v2/", Token);
        Assert.Equal(HttpStatusCode.OK, registry.StatusCode);
        foreach (
            string path in (string[])
                ["metrics", "v1/store", "v2x", "v2/../v1/store", "replicas/default/demo/health"]
        )
        {
            using HttpResponseMessage refused = await world.Client.GetAsync(path, Token);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        Assert.Equal(0, world.Gateway.Acquired);
    }

    [Fact]
    public async Task Health_NeedsNoTokenAndFollowsTheState()
    {
        await using ServingWorld world = await ServingWorld.StartAsync();
        world.Client.DefaultRequestHeaders.Remove("Authorization");

        using HttpResponseMessage live = await world.Client.GetAsync("healthz", Token);
        using HttpResponseMessage before = await world.Client.GetAsync("readyz", Token);
        world.Ready = true;
        using HttpResponseMessage after = await world.Client.GetAsync("readyz", Token);

        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, before.StatusCode);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Theory]
    [InlineData(ReplicaUnavailableKind.NotFound, 404, "replica_not_found")]
    [InlineData(ReplicaUnavailableKind.Loading, 503, "model_loading")]
    [InlineData(ReplicaUnavailableKind.Draining, 503, "replica_draining")]
    [InlineData(ReplicaUnavailableKind.EngineUnavailable, 503, "engine_unavailable")]
    internal async Task Replica_Unavailable_SaysWhyAndWhen(
        ReplicaUnavailableKind kind,
        int status,
        string code
    )
    {
        await using ServingWorld world = await ServingWorld.StartAsync(_ => Task.CompletedTask);
        world.Gateway.Unavailable = new ReplicaUnavailableException(
            kind,
            "It cannot take the request.",
            TimeSpan.FromSeconds(2.5),
            kind == ReplicaUnavailableKind.Loading ? "EngineStarting" : null
        );

        using HttpResponseMessage response = await world.PostAsync();

        await ForwardingTests.AssertErrorAsync(response, (HttpStatusCode)status, code);
        TimeSpan? expected = status == 503 ? TimeSpan.FromSeconds(3) : null;
        Assert.Equal(expected, response.Headers.RetryAfter?.Delta);
        JsonElement error = JsonDocument
            .Parse(await response.Content.ReadAsStringAsync(Token))
            .RootElement.GetProperty("error");
        Assert.Equal(kind == ReplicaUnavailableKind.Loading, error.TryGetProperty("stage", out _));
    }

    [Fact]
    public async Task Replica_Unknown_Is404AndHasNoLabelOfItsOwn()
    {
        await using ServingWorld world = await ServingWorld.StartAsync(_ => Task.CompletedTask);

        using HttpResponseMessage response = await world.PostAsync(
            path: "replicas/default/made-up/v1/completions"
        );

        await ForwardingTests.AssertErrorAsync(response, HttpStatusCode.NotFound, "replica_not_found");
        await ServingWorld.UntilAsync(
            () => world.Metrics.Contains("replica=\"none\",status=\"404\"", StringComparison.Ordinal),
            "it is counted"
        );
        Assert.DoesNotContain("made-up", world.Metrics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "v1/chat/completions", 200)]
    [InlineData("POST", "v1/completions", 200)]
    [InlineData("POST", "v1/embeddings", 200)]
    [InlineData("GET", "v1/models", 200)]
    [InlineData("POST", "tokenize", 200)]
    [InlineData("GET", "props", 200)]
    [InlineData("GET", "health", 200)]
    [InlineData("POST", "props", 405)]
    [InlineData("GET", "slots", 404)]
    [InlineData("POST", "lora-adapters", 404)]
    [InlineData("GET", "v1/models/x", 404)]
    [InlineData("GET", "", 404)]
    [InlineData("GET", "%2e%2e/%2e%2e/health", 404)]
    public async Task Path_OnlyTheAllowedOnes_ReachTheEngine(string method, string path, int status)
    {
        string? seen = null;
        await using ServingWorld world = await ServingWorld.StartAsync(context =>
        {
            seen = context.Request.Path;
            return Task.CompletedTask;
        });

        using HttpResponseMessage response = await world.Client.SendAsync(
            new HttpRequestMessage(new HttpMethod(method), $"replicas/default/demo/{path}"),
            Token
        );

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 200 ? "/" + path : null, seen);
    }

    [Fact]
    public async Task OnDemand_RequestWaitsForTheModel()
    {
        TaskCompletionSource loaded = new();
        await using ServingWorld world = await ServingWorld.StartAsync(c => c.Response.WriteAsync("answer"));
        world.Gateway.Loading = loaded.Task;

        Task<HttpResponseMessage> posting = world.PostAsync();
        Assert.False(posting.IsCompleted);
        loaded.SetResult();
        using HttpResponseMessage response = await posting;

        Assert.Equal("answer", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Metrics_AfterARequest_CountItByReplicaAndStatus()
    {
        await using ServingWorld world = await ServingWorld.StartAsync(c => c.Response.WriteAsync("12345"));

        using HttpResponseMessage response = await world.PostAsync();
        await response.Content.ReadAsStringAsync(Token);
        await ServingWorld.UntilAsync(() => world.Gateway.OpenLeases == 0, "the request ends");
        await ServingWorld.UntilAsync(
            () => world.Metrics.Contains("llmop_agent_requests_active 0", StringComparison.Ordinal),
            "none is in flight"
        );
        string metrics = await world.Client.GetStringAsync("metrics", Token);

        Assert.Contains("llmop_agent_requests_total{replica=\"default/demo\",status=\"200\"} 1", metrics);
        Assert.Contains("llmop_agent_response_size_bytes_total{replica=\"default/demo\"} 5", metrics);
        Assert.Contains("llmop_agent_request_duration_seconds_count{replica=\"default/demo\"", metrics);
    }

    [Fact]
    public async Task Store_AndRegistry_AreBehindTheToken()
    {
        await using ServingWorld world = await ServingWorld.StartAsync();
        string file = world.Socket + ".gguf";
        await File.WriteAllBytesAsync(file, ModelShapes.TinyLlama(), Token);
        await world.Store.ImportAsync(file, "tiny", Token);

        string store = await world.Client.GetStringAsync("v1/store", Token);
        string manifest = await world.Client.GetStringAsync("v2/library/tiny/manifests/latest", Token);

        Assert.Equal(2, JsonDocument.Parse(store).RootElement.GetProperty("blobs").GetArrayLength());
        Assert.Contains("application/vnd.ollama.image.model", manifest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StopAsync_RequestInFlight_EndsWhole()
    {
        TaskCompletionSource go = new();
        await using ServingWorld world = await ServingWorld.StartAsync(async context =>
        {
            await context.Response.WriteAsync("first,");
            await context.Response.Body.FlushAsync();
            await go.Task;
            await context.Response.WriteAsync("last");
        });

        using HttpResponseMessage response = await world.PostAsync();
        Task stopping = world.Host.StopAsync(Token);
        Assert.False(stopping.IsCompleted);
        go.SetResult();

        Assert.Equal("first,last", await response.Content.ReadAsStringAsync(Token));
        await stopping;
        await Assert.ThrowsAsync<HttpRequestException>(() => world.PostAsync());
    }

    [Fact]
    public async Task StartAsync_ShortToken_IsRefused()
    {
        await using ServingWorld world = await ServingWorld.StartAsync();

        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() =>
            ServingHost.StartAsync(
                new ServingOptions { Token = "short" },
                world.Gateway,
                world.Store,
                NullLoggerFactory.Instance,
                TimeProvider.System,
                Token
            )
        );

        Assert.DoesNotContain("'short'", error.Message, StringComparison.Ordinal);
    }
}
