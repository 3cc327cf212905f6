using LlmOperator.Controllers.Hosting;
using LlmOperator.Controllers.LeaderElection;
using LlmOperator.Controllers.Reconciling;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Testing.Kubernetes;
using LlmOperator.Testing.Waiting;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.Controllers.Tests.Hosting;

public sealed class LeadershipLossTests : IAsyncLifetime
{
    private static readonly ObjectKey s_lease = new("default", "leader");

    private readonly Journal _journal = new();
    private WidgetServer _server = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await WidgetServer.StartAsync(Cancelled);

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    [Trait("Semantics", "C51")]
    public async Task RunAsync_LeaseCannotBeRenewed_StopsWithAnErrorAndWritesNothingMore()
    {
        bool cutOff = false;
        DelegatingKubernetesClient client = new(_server.Client)
        {
            Before = (_, key, _) =>
                Volatile.Read(ref cutOff) && key == s_lease
                    ? throw new HttpRequestException("connection refused")
                    : Task.CompletedTask,
            After = (verb, key, _) =>
            {
                if (key != s_lease && verb is not ("get" or "list"))
                {
                    _journal.Add($"{verb} {key?.Name}");
                }

                return Task.CompletedTask;
            },
        };
        StubbornReconciler reconciler = new();
        using ControllerManager manager = Manager(client, "first");
        reconciler.Client = manager.Client;
        manager.AddController("widget", reconciler);
        manager.AddRunnable(_journal.Runnable("leader work", needsLeaderElection: true));
        Task run = manager.RunAsync(Cancelled);
        await _server.CreateAsync("a", Cancelled);
        await reconciler.Started.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancelled);

        Volatile.Write(ref cutOff, true);

        await Assert.ThrowsAsync<LeadershipLostException>(() =>
            run.WaitAsync(TimeSpan.FromSeconds(20), Cancelled)
        );
        Assert.False(manager.IsLeader);
        Assert.False(manager.IsReady);

        // The reconcile that ignored its cancellation goes on only now, and must not get through.
        reconciler.GoOn.SetResult();
        Exception? refused = await reconciler.Outcome.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancelled);
        Assert.IsType<LeadershipLostException>(refused);
        Assert.Equal(
            ["apply started", "leader work starts", "leader work stops"],
            _journal.Entries.Order(StringComparer.Ordinal)
        );
        Assert.Null(await _server.ReadAsync("late", "x", Cancelled));
    }

    [Fact]
    [Trait("Semantics", "C51")]
    public async Task RunAsync_LeaseTakenByAnother_StopsAndTheOtherWorks()
    {
        using ControllerManager first = Manager(_server.Client, "first");
        Task run = first.RunAsync(Cancelled);
        await Eventually.IsTrueAsync(() => first.IsLeader, "the first leads");

        await TakeAsync("second");

        await Assert.ThrowsAsync<LeadershipLostException>(() =>
            run.WaitAsync(TimeSpan.FromSeconds(20), Cancelled)
        );
        Lease lease = await _server.Client.GetAsync<Lease>(s_lease, Cancelled);
        Assert.Equal("second", lease.Spec.HolderIdentity);
    }

    // As another instance whose clock ran ahead would.
    private async Task TakeAsync(string identity)
    {
        while (true)
        {
            Lease lease = await _server.Client.GetAsync<Lease>(s_lease, Cancelled);
            try
            {
                await _server.Client.ReplaceAsync(
                    lease with
                    {
                        Spec = lease.Spec with { HolderIdentity = identity },
                    },
                    new WriteOptions { FieldManager = "test" },
                    Cancelled
                );
                return;
            }
            catch (Kubernetes.Errors.KubernetesApiException e) when (e.IsConflict)
            {
                // The leader renewed in between.
            }
        }
    }

    private static ControllerManager Manager(IKubernetesClient client, string identity) =>
        new(
            client,
            new ControllerManagerOptions
            {
                LeaderElection = new LeaderElectionOptions
                {
                    Lease = s_lease,
                    Identity = identity,
                    LeaseDuration = TimeSpan.FromSeconds(15),
                    RenewDeadline = TimeSpan.FromSeconds(1),
                    RetryPeriod = TimeSpan.FromMilliseconds(50),
                },
            },
            TimeProvider.System,
            new Random(1),
            NullLoggerFactory.Instance
        );

    /// <summary>Writes, then hangs beyond any cancellation, then tries to write again.</summary>
    private sealed class StubbornReconciler : IReconciler<Widget>
    {
        public IKubernetesClient Client { get; set; } = null!;

        public TaskCompletionSource Started { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<Exception?> Outcome { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<ReconcileResult> ReconcileAsync(
            ReconcileRequest request,
            CancellationToken cancellationToken
        )
        {
            await WriteAsync("started", cancellationToken);
            Started.TrySetResult();
            await GoOn.Task;
            Outcome.TrySetResult(
                await Record.ExceptionAsync(() => WriteAsync("late", CancellationToken.None))
            );
            return ReconcileResult.Finished;
        }

        private Task<ConfigMap> WriteAsync(string name, CancellationToken cancellationToken) =>
            Client.ApplyAsync(
                new ConfigMap
                {
                    Metadata = new ObjectMeta { Name = name, Namespace = "default" },
                    Data = new Dictionary<string, string> { ["x"] = "y" },
                },
                new ApplyOptions { FieldManager = "test", Force = true },
                cancellationToken
            );
    }
}
