using System.Text.Json.Nodes;
using LlmOperator.Engines.Ollama;
using LlmOperator.Models.Memory;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.Engines.Tests.Ollama;

public sealed class OllamaEngineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ProbeAsync_RunningServer_SaysVersionAndModels()
    {
        await using OllamaStandIn server = await OllamaStandIn.StartAsync(Token);
        server.Models["tiny:latest"] = true;

        EngineProbe probe = await new OllamaEngine(server.Address, TimeProvider.System).ProbeAsync(Token);

        Assert.Equal("0.17.1", probe.Version);
        Assert.Equal(["tiny:latest"], probe.Models);
    }

    [Fact]
    public async Task StartAsync_ModelNotThere_PullsLoadsKeepsAndUnloadsIt()
    {
        await using OllamaStandIn server = await OllamaStandIn.StartAsync(Token);
        server.Library.Add("tiny:v1");
        OllamaEngine engine = new(server.Address, TimeProvider.System);

        await using IEngineInstance instance = await engine.StartAsync(
            new EngineLaunch
            {
                Alias = "tiny",
                Model = "tiny:v1",
                Load = new LoadParameters { ContextLength = 2000 },
            },
            Token
        );

        Assert.Equal("tiny:v1", instance.ModelId);
        Assert.Equal(
            new Uri(server.Address, "v1/models"),
            new Uri(instance.Client.BaseAddress!, "v1/models")
        );
        JsonNode? load = server.Requests.Last(request => request.Path == "/api/generate").Body;
        Assert.Equal(-1, (int?)load?["keep_alive"]);
        Assert.Equal(2048, (int?)load?["options"]?["num_ctx"]);

        await instance.StopAsync(TimeSpan.Zero, Token);

        JsonNode? unload = server.Requests.Last(request => request.Path == "/api/generate").Body;
        Assert.Equal(0, (int?)unload?["keep_alive"]);
        Assert.True((await instance.Completion).Requested);
        Assert.Single(server.Requests, request => request.Path == "/api/pull");
    }

    [Fact]
    public async Task StopAsync_ServerHangs_EndsAfterTheGrace()
    {
        await using OllamaStandIn server = await OllamaStandIn.StartAsync(Token);
        server.Models["tiny:v1"] = true;
        OllamaEngine engine = new(server.Address, TimeProvider.System);
        await using IEngineInstance instance = await engine.StartAsync(
            new EngineLaunch { Alias = "tiny", Model = "tiny:v1" },
            Token
        );
        server.Hangs = true;

        await instance
            .StopAsync(TimeSpan.FromMilliseconds(50), Token)
            .WaitAsync(TimeSpan.FromSeconds(20), Token);

        Assert.Equal(EngineState.Exited, instance.State);
    }

    [Fact]
    public async Task StartAsync_ModelNobodyHas_SaysWhatOllamaSaid()
    {
        await using OllamaStandIn server = await OllamaStandIn.StartAsync(Token);

        EngineException error = await Assert.ThrowsAsync<EngineException>(() =>
            new OllamaEngine(server.Address, TimeProvider.System).StartAsync(
                new EngineLaunch { Alias = "x", Model = "missing" },
                Token
            )
        );

        Assert.Equal(EngineFailure.ModelRejected, error.Failure);
        Assert.Contains("file does not exist", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completion_ServerStaysAway_EndsUnrequested()
    {
        FakeTimeProvider time = new();
        OllamaStandIn server = await OllamaStandIn.StartAsync(Token);
        server.Models["tiny:latest"] = true;
        server.Models["tiny"] = true;
        await using IEngineInstance instance = await new OllamaEngine(server.Address, time).StartAsync(
            new EngineLaunch { Alias = "x", Model = "tiny" },
            Token
        );
        await server.DisposeAsync();

        while (!instance.Completion.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, Token);
        }

        EngineExit exit = await instance.Completion;
        Assert.False(exit.Requested);
        Assert.Contains("no longer answers", Assert.Single(exit.LastLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProbeAsync_NobodyThere_SaysWhereItLooked()
    {
        EngineException error = await Assert.ThrowsAsync<EngineException>(() =>
            new OllamaEngine(new Uri("http://127.0.0.1:9"), TimeProvider.System).ProbeAsync(Token)
        );

        Assert.Equal(EngineFailure.NotFound, error.Failure);
        Assert.Contains("http://127.0.0.1:9/", error.Message, StringComparison.Ordinal);
    }
}
