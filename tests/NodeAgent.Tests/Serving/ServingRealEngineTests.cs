using System.Diagnostics;
using System.Net.Http.Json;
using LlmOperator.Engines;
using LlmOperator.Models.Memory;
using LlmOperator.Testing.Engine;

namespace LlmOperator.NodeAgent.Tests.Serving;

public sealed class ServingRealEngineTests(EngineFixture fixture) : IClassFixture<EngineFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chat_RealEngine_Answers()
    {
        await using IEngineInstance engine = await fixture.Engine.StartAsync(Launch(), Token);
        await using ServingWorld world = await ServingWorld.StartAsync(engine);

        using HttpResponseMessage response = await world.PostAsync(Request(engine, 4, stream: false));
        string answer = await response.Content.ReadAsStringAsync(Token);

        Assert.True(response.IsSuccessStatusCode, answer);
        Assert.Contains("\"choices\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_EngineKilled_ClientSeesAnAbortAndNoCleanEnd()
    {
        await using IEngineInstance engine = await fixture.Engine.StartAsync(Launch(), Token);
        await using ServingWorld world = await ServingWorld.StartAsync(engine);

        using HttpResponseMessage response = await world.PostAsync(Request(engine, 100_000, stream: true));
        Assert.True(response.IsSuccessStatusCode);
        await using Stream body = await response.Content.ReadAsStreamAsync(Token);
        await body.ReadExactlyAsync(new byte[64], Token);
        using (Process process = Process.GetProcessById(engine.ProcessId!.Value))
        {
            process.Kill();
        }

        await Assert.ThrowsAnyAsync<IOException>(() => body.CopyToAsync(Stream.Null, Token));
        EngineExit exit = await engine.Completion.WaitAsync(TimeSpan.FromSeconds(10), Token);
        Assert.Equal(9, exit.Signal);
        await ServingWorld.UntilAsync(() => world.Gateway.OpenLeases == 0, "the lease is given back");
    }

    private EngineLaunch Launch() =>
        new()
        {
            Alias = "tiny",
            Model = fixture.TinyModelPath,
            RuntimeFolder = fixture.NewFolder(),
            Load = new LoadParameters { ContextLength = 1024 },
        };

    private static JsonContent Request(IEngineInstance engine, int tokens, bool stream) =>
        JsonContent.Create(
            new
            {
                model = engine.ModelId,
                messages = new[] { new { role = "user", content = "hello" } },
                max_tokens = tokens,
                ignore_eos = true,
                stream,
            }
        );
}
