using System.Diagnostics;
using LlmOperator.EndToEnd.Harness.Cluster;

namespace LlmOperator.EndToEnd.Stories.Cluster;

/// <summary>The chart goes to another version while it is used.</summary>
[Collection(ClusterStories.Name)]
public sealed class UpgradeStories(Installation installation)
{
    private const int PerSecond = 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Upgrade_UnderSteadyLoad_NoRequestFails()
    {
        await installation.EnsureAsync(Token);
        await using SteadyLoad load = new(installation.Router, PerSecond);
        long start = Stopwatch.GetTimestamp();
        await installation.ApplyAsync(installation.Cluster.Tags[1], Token);
        await installation.RolledOutAsync(Token);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await load.StopAsync();

        TimeSpan[] times = [.. load.Times.Order()];
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"rolled out in {seconds:0.0} s; {times.Length} requests answered, {load.Failures.Count} failed; "
                + $"median {times[times.Length / 2].TotalMilliseconds:0} ms, p99 {times[times.Length * 99 / 100].TotalMilliseconds:0} ms"
        );
        Assert.True(load.Failures.IsEmpty, string.Join('\n', load.Failures.Order().Take(20)));
        Assert.True(times.Length > PerSecond, "there was no load");
    }
}
