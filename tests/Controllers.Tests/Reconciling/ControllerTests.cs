using LlmOperator.Controllers.Hosting;
using LlmOperator.Controllers.Reconciling;
using LlmOperator.Controllers.Tests.Hosting;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Telemetry.Prometheus;
using LlmOperator.Testing.Kubernetes;
using LlmOperator.Testing.Waiting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static LlmOperator.Testing.Kubernetes.ScriptedWatchClient;

namespace LlmOperator.Controllers.Tests.Reconciling;

public sealed class ControllerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedWatchClient _server = new() { OnList = _ => Page("5", Widget("a", "1")) };

    [Fact]
    [Trait("Semantics", "C36")]
    [Trait("Fault", "13")]
    public async Task Reconcile_FailsTwentyTimes_IsTriedUntilItSucceeds()
    {
        int calls = 0;
        await RunPlainAsync(
            (_, _) =>
                ++calls <= 20 ? throw new InvalidOperationException("not yet") : ReconcileResult.Finished,
            () => calls == 21,
            advance: true
        );
    }

    [Fact]
    [Trait("Semantics", "C36")]
    public async Task Reconcile_Terminal_IsNotTriedAgainBeforeAChange()
    {
        int calls = 0;
        await RunPlainAsync(
            (_, _) =>
            {
                calls++;
                throw new TerminalReconcileException("spec.size is too large.");
            },
            () => calls == 1,
            async () =>
            {
                ScriptedWatch watch = await _server
                    .NextWatchAsync(TestContext.Current.CancellationToken)
                    .AsTask()
                    .WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
                // Longer than any retry, shorter than the watch.
                _time.Advance(TimeSpan.FromMinutes(4));
                await Task.Delay(50, TestContext.Current.CancellationToken);
                Assert.Equal(1, calls);
                watch.Modified(Widget("a", "6"));
                await Eventually.IsTrueAsync(() => calls == 2, "a reconcile after the change");
            }
        );
    }

    [Fact]
    [Trait("Semantics", "C36")]
    public async Task Reconcile_RequeueAfter_ComesAgainExactlyThen()
    {
        int calls = 0;
        await RunPlainAsync(
            (_, _) =>
            {
                calls++;
                return ReconcileResult.After(TimeSpan.FromSeconds(30));
            },
            () => calls == 1,
            async () =>
            {
                // The delay begins when the first reconcile has returned; wait for its metric-free sign: the timer.
                await Task.Delay(50, TestContext.Current.CancellationToken);
                _time.Advance(TimeSpan.FromSeconds(29.9));
                await Task.Delay(50, TestContext.Current.CancellationToken);
                Assert.Equal(1, calls);
                _time.Advance(TimeSpan.FromSeconds(0.1));
                await Eventually.IsTrueAsync(() => calls == 2, "the second reconcile");
            }
        );
    }

    [Fact]
    [Trait("Semantics", "C36")]
    public async Task Reconcile_PrimaryGone_IsDone()
    {
        int calls = 0;
        KubernetesApiException gone = new(
            new KubernetesStatus
            {
                Code = 404,
                Reason = "NotFound",
                Details = new KubernetesStatusDetails
                {
                    Name = "a",
                    Group = "example.com",
                    Kind = "widgets",
                },
            }
        );
        await RunPlainAsync(
            (_, _) =>
            {
                calls++;
                throw gone;
            },
            () => calls == 1,
            async () =>
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
                _time.Advance(TimeSpan.FromHours(1));
                await Task.Delay(50, TestContext.Current.CancellationToken);
                Assert.Equal(1, calls);
            }
        );
    }

    [Fact]
    [Trait("Semantics", "C38")]
    public async Task Reconcile_BeyondItsTimeout_IsCancelledAndTriedAgain()
    {
        int calls = 0;
        await RunAsync(
            async (_, ct) =>
            {
                if (++calls == 1)
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
                }

                return ReconcileResult.Finished;
            },
            () => calls == 2,
            advance: true,
            configure: b => b.WithReconcileTimeout(TimeSpan.FromSeconds(10))
        );
    }

    [Fact]
    [Trait("Semantics", "C37")]
    public async Task Stop_RunningReconcile_FinishesWithinTheGracePeriod()
    {
        TaskCompletionSource started = new();
        TaskCompletionSource goOn = new();
        bool finished = false;
        using ControllerManager manager = Manager(_server, _time);
        manager.AddController(
            "widget",
            new FuncReconciler(
                async (_, ct) =>
                {
                    started.SetResult();
                    await goOn.Task.WaitAsync(ct);
                    finished = true;
                    return ReconcileResult.Finished;
                }
            )
        );
        RunningManager running = new(manager);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Task stopping = running.DisposeAsync().AsTask();
        Assert.False(stopping.IsCompleted);

        goOn.SetResult();
        await stopping;

        Assert.True(finished);
    }

    [Fact]
    [Trait("Semantics", "C37")]
    public async Task Stop_ReconcileThatDoesNotEnd_IsCancelledAfterTheGracePeriod()
    {
        TaskCompletionSource started = new();
        bool cancelled = false;
        using ControllerManager manager = Manager(_server, _time);
        manager.AddController(
            "widget",
            new FuncReconciler(
                async (_, ct) =>
                {
                    started.SetResult();
                    try
                    {
                        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
                    }
                    finally
                    {
                        cancelled = true;
                    }

                    return ReconcileResult.Finished;
                }
            )
        );
        RunningManager running = new(manager);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Task stopping = running.DisposeAsync().AsTask();
        Assert.False(cancelled);

        await Eventually.IsTrueAsync(
            () => stopping.IsCompleted,
            "the stop",
            () => _time.Advance(TimeSpan.FromSeconds(1))
        );

        await stopping;
        await Eventually.IsTrueAsync(() => cancelled, "the cancellation");
    }

    [Fact]
    [Trait("Semantics", "C31")]
    [Trait("Fault", "16")]
    public async Task Reconcile_AfterOwnWrite_WaitsForTheCacheAndCreatesNoSecondChild()
    {
        await using WidgetServer server = await WidgetServer.StartAsync(
            TestContext.Current.CancellationToken
        );
        int creations = 0;
        int reconciles = 0;
        using ControllerManager manager = Manager(server.Client, TimeProvider.System);
        manager.AddController(
            "widget",
            new FuncReconciler(
                async (request, ct) =>
                {
                    Interlocked.Increment(ref reconciles);
                    bool hasChild = manager
                        .Informer<ConfigMap>()
                        .Lister.List()
                        .Any(c => c.Metadata.Labels?.GetValueOrDefault("of") == request.Key.Name);
                    if (!hasChild)
                    {
                        // A generated name: nothing but the cache keeps a second child away.
                        Interlocked.Increment(ref creations);
                        await manager.Client.CreateAsync(
                            new ConfigMap
                            {
                                Metadata = new ObjectMeta
                                {
                                    GenerateName = "child-",
                                    Namespace = "default",
                                    Labels = new Dictionary<string, string> { ["of"] = request.Key.Name },
                                },
                            },
                            new WriteOptions { FieldManager = "test" },
                            ct
                        );
                    }

                    return reconciles < 100
                        ? ReconcileResult.After(TimeSpan.FromTicks(1))
                        : ReconcileResult.Finished;
                }
            ),
            b => b.Watches<ConfigMap>(_ => [])
        );
        await using RunningManager running = new(manager);
        await server.CreateAsync("a", TestContext.Current.CancellationToken);

        await Eventually.IsTrueAsync(() => reconciles >= 100, "a hundred reconciles");

        Assert.Equal(1, creations);
    }

    [Fact]
    [Trait("Semantics", "C54")]
    public void AddController_Metrics_AreZeroFromTheStartUnderTheNamesOfControllerRuntime()
    {
        using PrometheusExporter exporter = new(ControllerMeter.Name);
        using ControllerManager manager = Manager(_server, _time);
        manager.AddController(
            "metrics-test",
            new FuncReconciler((_, _) => Task.FromResult(ReconcileResult.Finished))
        );

        string text = exporter.Collect();

        string[] names =
        [
            "workqueue_depth{name=\"metrics-test\"} 0",
            "workqueue_adds_total{name=\"metrics-test\"} 0",
            "workqueue_retries_total{name=\"metrics-test\"} 0",
            "workqueue_unfinished_work_seconds{name=\"metrics-test\"} 0",
            "workqueue_longest_running_processor_seconds{name=\"metrics-test\"} 0",
            "controller_runtime_reconcile_errors_total{controller=\"metrics-test\"} 0",
            "controller_runtime_reconcile_panics_total{controller=\"metrics-test\"} 0",
            "controller_runtime_active_workers{controller=\"metrics-test\"} 0",
        ];
        Assert.All(names, name => Assert.Contains(name, text, StringComparison.Ordinal));
        Assert.Contains("controller_runtime_reconcile_total{", text, StringComparison.Ordinal);
    }

    private static ControllerManager Manager(IKubernetesClient client, TimeProvider time) =>
        new(client, new ControllerManagerOptions(), time, new Random(1), NullLoggerFactory.Instance);

    private Task RunPlainAsync(
        Func<ReconcileRequest, CancellationToken, ReconcileResult> reconcile,
        Func<bool> until,
        Func<Task>? then = null,
        bool advance = false
    ) => RunAsync((r, c) => Task.FromResult(reconcile(r, c)), until, then, advance);

    private async Task RunAsync(
        Func<ReconcileRequest, CancellationToken, Task<ReconcileResult>> reconcile,
        Func<bool> until,
        Func<Task>? then = null,
        bool advance = false,
        Action<ControllerBuilder<Widget>>? configure = null
    )
    {
        using ControllerManager manager = Manager(_server, _time);
        manager.AddController("widget", new FuncReconciler(reconcile), configure);
        await using RunningManager running = new(manager);
        await Eventually.IsTrueAsync(
            until,
            "the reconciles",
            advance ? () => _time.Advance(TimeSpan.FromSeconds(50)) : null
        );
        if (then is not null)
        {
            await then();
        }
    }
}
