using System.Collections.Concurrent;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Controllers.Reconciling;
using LlmOperator.Controllers.Tests.Hosting;
using LlmOperator.Controllers.Tests.Reconciling;
using LlmOperator.Testing.Kubernetes;
using LlmOperator.Testing.Waiting;
using Microsoft.Extensions.Logging.Abstractions;
using static LlmOperator.Testing.Kubernetes.ScriptedWatchClient;

namespace LlmOperator.Controllers.Tests.Issues;

/// <summary>Fault 4 of another queue: what waits at a stop is dropped, and nothing brings it back.</summary>
public sealed class QueueFaultTests
{
    private readonly ScriptedWatchClient _server = new()
    {
        OnList = _ => Page("5", Widget("a", "1"), Widget("b", "2"), Widget("c", "3")),
    };

    [Fact]
    [Trait("Fault", "4")]
    [Trait("Semantics", "C37")]
    public async Task Fault4_KeysThatWaitAtAStop_AreReconciledByTheNextProcess()
    {
        TaskCompletionSource<string> first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using (
            ControllerManager manager = Manager(
                async (request, ct) =>
                {
                    first.TrySetResult(request.Key.Name);
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
                    return ReconcileResult.Finished;
                }
            )
        )
        {
            RunningManager running = new(manager);
            await first.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            await running.DisposeAsync();
        }

        ConcurrentDictionary<string, int> done = new();
        using ControllerManager next = Manager(
            (request, _) =>
            {
                // Delayed and rate-limited keys come too: each fails once, then waits once.
                return done.AddOrUpdate(request.Key.Name, 1, (_, n) => n + 1) switch
                {
                    1 => throw new InvalidOperationException("not yet"),
                    2 => Task.FromResult(ReconcileResult.After(TimeSpan.FromMilliseconds(5))),
                    _ => Task.FromResult(ReconcileResult.Finished),
                };
            }
        );
        await using RunningManager second = new(next);

        await Eventually.IsTrueAsync(
            () => done.Count == 3 && done.Values.All(n => n == 3),
            "all keys, three times each"
        );
    }

    private ControllerManager Manager(
        Func<ReconcileRequest, CancellationToken, Task<ReconcileResult>> reconcile
    )
    {
        ControllerManager manager = new(
            _server,
            new ControllerManagerOptions { GracePeriod = TimeSpan.FromMilliseconds(50) },
            TimeProvider.System,
            new Random(1),
            NullLoggerFactory.Instance
        );
        manager.AddController("widget", new FuncReconciler(reconcile));
        return manager;
    }
}
