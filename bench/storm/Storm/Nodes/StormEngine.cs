using LlmOperator.Engines;

namespace LlmOperator.Storm.Nodes;

/// <summary>An engine that loads for one to two seconds and then says that it answers.</summary>
internal sealed class StormEngine(Random random, TimeProvider time) : IEngine
{
    public string Name => "llama-server";

    public EngineKind Kind => EngineKind.LlamaCpp;

    public Task<EngineProbe> ProbeAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new EngineProbe { Kind = Kind, Version = "0.0-storm" });

    public async Task<IEngineInstance> StartAsync(EngineLaunch launch, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(1 + random.NextDouble()), time, cancellationToken);
        return new StormEngineInstance(launch.Alias);
    }
}
