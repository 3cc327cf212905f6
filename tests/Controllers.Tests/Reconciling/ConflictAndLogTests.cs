using LlmOperator.Controllers.Hosting;
using LlmOperator.Controllers.Reconciling;
using LlmOperator.Controllers.Tests.Hosting;
using LlmOperator.Telemetry.Prometheus;
using LlmOperator.Testing.Kubernetes;
using LlmOperator.Testing.Logging;
using LlmOperator.Testing.Waiting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using static LlmOperator.Testing.Kubernetes.ScriptedWatchClient;

namespace LlmOperator.Controllers.Tests.Reconciling;

public sealed class ConflictAndLogTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLoggerFactory _log = new();
    private readonly ScriptedWatchClient _server = new()
    {
        OnList = _ => Page("5", Widget("a", "1"), Widget("b", "2")),
    };

    public void Dispose() => _log.Dispose();

    [Fact]
    [Trait("Semantics", "C36")]
    public async Task Reconcile_Conflict_ComesAgainQuietly()
    {
        int calls = 0;
        using PrometheusExporter exporter = new(ControllerMeter.Name);
        using ControllerManager manager = Manager();
        manager.AddController(
            "quiet-conflict",
            new FuncReconciler(
                (r, _) =>
                    r.Key.Name == "a" && Interlocked.Increment(ref calls) == 1
                        ? throw Refusal(409, "Conflict")
                        : Task.FromResult(ReconcileResult.Finished)
            )
        );
        await using RunningManager running = new(manager);

        await Eventually.IsTrueAsync(
            () => calls == 2,
            "the second reconcile",
            () => _time.Advance(TimeSpan.FromMilliseconds(5))
        );

        Assert.DoesNotContain(_log.Entries, e => e.Level >= LogLevel.Warning);
        Assert.Contains(
            _log.Entries,
            e => e.Level == LogLevel.Debug && e.Text.Contains("after a conflict", StringComparison.Ordinal)
        );
        string metrics = exporter.Collect();
        Assert.Contains(
            "controller_runtime_reconcile_errors_total{controller=\"quiet-conflict\"} 0",
            metrics,
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("Semantics", "C38")]
    public async Task Reconcile_EachRun_HasAnIdOfItsOwnInAllItsLogs()
    {
        ILogger logger = _log.CreateLogger("reconciler");
        int calls = 0;
        using ControllerManager manager = Manager();
        manager.AddController(
            "widget",
            new FuncReconciler(
                async (r, _) =>
                {
                    logger.LogInformation("begins {Name}", r.Key.Name);
                    await Task.Yield();
                    logger.LogInformation("ends {Name}", r.Key.Name);
                    Interlocked.Increment(ref calls);
                    throw new InvalidOperationException("not yet");
                }
            )
        );
        await using RunningManager running = new(manager);
        await Eventually.IsTrueAsync(
            () => calls >= 4,
            "runs of both keys",
            () => _time.Advance(TimeSpan.FromMilliseconds(5))
        );

        LogEntry[] ofRuns = [.. _log.Entries.Where(e => e.Scope.ContainsKey("reconcileId"))];
        Assert.Contains(ofRuns, e => e.Text.Contains("could not reconcile", StringComparison.Ordinal));
        Assert.All(
            ofRuns,
            e =>
            {
                Assert.Equal("widget", e.Scope["controller"]);
                Assert.Equal("default", e.Scope["namespace"]);
            }
        );
        var runs = ofRuns.GroupBy(e => e.Scope["reconcileId"]).ToArray();
        Assert.True(runs.Length >= 4);
        Assert.All(runs, run => Assert.Single(run.Select(e => e.Scope["name"]).Distinct()));
        Assert.All(
            runs.Take(4),
            run => Assert.Equal(["begins", "ends"], run.Take(2).Select(e => e.Text.Split(' ')[0]))
        );
    }

    private ControllerManager Manager() =>
        new(_server, new ControllerManagerOptions(), _time, new Random(1), _log);
}
