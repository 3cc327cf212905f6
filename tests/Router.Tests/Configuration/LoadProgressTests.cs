using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Configuration;

namespace LlmOperator.Router.Tests.Configuration;

/// <summary>How far a model is on its way into memory.</summary>
public sealed class LoadProgressTests
{
    private static readonly Uri s_agent = new("http://127.0.0.1:2/");

    [Fact]
    public void After_KnownLoadTime_CountsUpAndNeverForetellsTheEnd()
    {
        LoadProgress progress = Of(new World().OnDemandModel("m", s_agent, loadMilliseconds: 40_000))!;

        Assert.Equal(("OnDemand", 40), (progress.Stage, progress.Remaining!.Value.TotalSeconds));
        LoadProgress quarter = progress.After(TimeSpan.FromSeconds(10));
        Assert.Equal(
            ("EngineStarting", 25, 30),
            (quarter.Stage, quarter.Percent, quarter.Remaining!.Value.TotalSeconds)
        );
        LoadProgress late = progress.After(TimeSpan.FromSeconds(90));
        Assert.Equal((99, 1), (late.Percent, late.Remaining!.Value.TotalSeconds));
    }

    [Fact]
    public void After_NeverLoaded_SaysOnlyTheStage()
    {
        LoadProgress progress = Of(new World().OnDemandModel("m", s_agent))!.After(TimeSpan.FromSeconds(3));

        Assert.Equal(new LoadProgress("EngineStarting", null, null), progress);
    }

    [Fact]
    public void Snapshot_ModelInMemoryOrPreloaded_IsNotCold()
    {
        RoutingSnapshot snapshot = new World()
            .OnDemandModel("loaded", s_agent, Residency.Loaded)
            .Model("preloaded", s_agent)
            .OnDemandModel("cold", s_agent, Residency.Loading)
            .NotReadyModel("failed", "OutOfMemory", "too large")
            .Snapshot;

        Assert.Equal(["cold"], snapshot.Models.Values.Where(m => m.IsCold).Select(m => m.Key.Name));
    }

    private static LoadProgress? Of(World world) => world.Snapshot.Models.Values.Single().Progress;
}
