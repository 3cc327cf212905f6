using LlmOperator.Engines.OpenAiCompatible;

namespace LlmOperator.Engines.Tests.OpenAiCompatible;

public sealed class OpenAiCompatibleEngineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("v1")]
    [InlineData("v1/")]
    public async Task StartAsync_OfferedModel_IsBoundToTheServer(string suffix)
    {
        await using OllamaStandIn server = await OllamaStandIn.StartAsync(Token);
        server.Models["big"] = true;
        OpenAiCompatibleEngine engine = new(new Uri(server.Address, suffix), "key", TimeProvider.System);

        EngineProbe probe = await engine.ProbeAsync(Token);
        await using IEngineInstance instance = await engine.StartAsync(
            new EngineLaunch { Alias = "x", Model = "big" },
            Token
        );

        Assert.Equal(["big"], probe.Models);
        Assert.Equal("big", instance.ModelId);
        Assert.Equal(server.Address, instance.Client.BaseAddress);
        Assert.Equal("Bearer key", server.LastAuthorization);
        Assert.Null(instance.ProcessId);
        Assert.Null(await EngineBenchmark.RunAsync(instance, Token));
    }

    [Fact]
    public async Task StartAsync_OtherModel_NamesWhatIsOffered()
    {
        await using OllamaStandIn server = await OllamaStandIn.StartAsync(Token);
        server.Models["big"] = true;

        EngineException error = await Assert.ThrowsAsync<EngineException>(() =>
            new OpenAiCompatibleEngine(server.Address, null, TimeProvider.System).StartAsync(
                new EngineLaunch { Alias = "x", Model = "small" },
                Token
            )
        );

        Assert.Equal(EngineFailure.ModelRejected, error.Failure);
        Assert.Contains("it offers big", error.Message, StringComparison.Ordinal);
    }
}
