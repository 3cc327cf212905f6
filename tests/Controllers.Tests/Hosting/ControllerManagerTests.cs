using LlmOperator.Controllers.Hosting;
using LlmOperator.Controllers.LeaderElection;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Testing.Kubernetes;
using LlmOperator.Testing.Waiting;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.Controllers.Tests.Hosting;

public sealed class ControllerManagerTests : IAsyncLifetime
{
    private static readonly ObjectKey s_lease = new("default", "leader");

    private WidgetServer _server = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await WidgetServer.StartAsync(Cancelled);

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    [Trait("Semantics", "C40")]
    public async Task RunAsync_WidgetCreatedChangedAndDeleted_ChildFollows()
    {
        using ControllerManager manager = Manager(_server.Client);
        manager.AddController("widget", new ChildReconciler(manager), b => b.Owns<ConfigMap>());
        await using RunningManager running = new(manager);
        await _server.CreateAsync("before", Cancelled, size: 1);

        await _server.CreateAsync("a", Cancelled, size: 2);
        await ChildSizeIsAsync("a", "2");
        await ChildSizeIsAsync("before", "1");
        await _server.ResizeAsync("a", 3, Cancelled);
        await ChildSizeIsAsync("a", "3");

        await _server.Client.DeleteAsync<ConfigMap>(
            new ObjectKey("default", "a"),
            new DeleteOptions(),
            Cancelled
        );
        await ChildSizeIsAsync("a", "3");

        Widget widget = await _server.Client.GetAsync<Widget>(new ObjectKey("default", "a"), Cancelled);
        Assert.Equal("Reconciled", widget.Status?.Phase);
        Assert.True(widget.Status!.Conditions.IsTrue("Ready"));
    }

    [Fact]
    [Trait("Semantics", "C29")]
    public async Task RunAsync_KindThatIsNotServed_FailsWithItsName()
    {
        using ControllerManager manager = Manager(
            _server.Client,
            new ControllerManagerOptions { CacheSyncTimeout = TimeSpan.FromMilliseconds(200) }
        );
        manager.Informer<Widget>();
        manager.Informer<UnservedKind>();

        CacheSyncException error = await Assert.ThrowsAsync<CacheSyncException>(() =>
            manager.RunAsync(Cancelled)
        );

        Assert.Contains("UnservedKind", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Widget", error.Message, StringComparison.Ordinal);
        Assert.False(manager.IsReady);
    }

    [Fact]
    [Trait("Semantics", "C52")]
    public async Task RunAsync_StartAndStop_KeepTheOrder()
    {
        Journal journal = new();
        DelegatingKubernetesClient client = new(_server.Client)
        {
            After = (verb, key, _) =>
            {
                if (key == s_lease && verb is "create" or "replace")
                {
                    journal.Add($"lease {verb}");
                }

                return Task.CompletedTask;
            },
        };
        using ControllerManager manager = Manager(
            client,
            new ControllerManagerOptions { LeaderElection = new LeaderElectionOptions { Lease = s_lease } }
        );
        manager.AddRunnable(journal.Runnable("leader work", needsLeaderElection: true));
        manager.AddRunnable(journal.Runnable("any work", needsLeaderElection: false));
        manager.AddRunnable(journal.Runnable("server", needsLeaderElection: false), RunnableStage.Server);
        manager.AddRunnable(
            journal.Runnable("events", needsLeaderElection: false),
            RunnableStage.EventRecorder
        );
        manager.Informer<Widget>().AddHandler(journal.Handler());
        await _server.CreateAsync("a", Cancelled);

        RunningManager running = new(manager);
        await Eventually.IsTrueAsync(() => journal.Has("leader work starts"), "the leader's work starts");
        await running.DisposeAsync();

        Assert.Equal(
            [
                "events starts",
                "server starts",
                "a cached",
                "any work starts",
                "lease create",
                "leader work starts",
                "any work stops",
                "leader work stops",
                "server stops",
                "lease replace",
                "events stops",
            ],
            journal.Entries
        );
    }

    [Fact]
    [Trait("Semantics", "C52")]
    public async Task RunAsync_SecondInstance_KeepsItsCachesWarmAndTakesOverOnRelease()
    {
        using ControllerManager first = Manager(_server.Client, Elected("first"));
        first.AddController("widget", new ChildReconciler(first));
        using ControllerManager second = Manager(_server.Client, Elected("second"));
        second.AddController("widget", new ChildReconciler(second));
        RunningManager firstRunning = new(first);
        await Eventually.IsTrueAsync(() => first.IsLeader, "the first leads");
        await using RunningManager secondRunning = new(second);
        await Eventually.IsTrueAsync(() => second.IsReady, "the second is ready");
        Assert.False(second.IsLeader);

        await firstRunning.DisposeAsync();
        await Eventually.IsTrueAsync(() => second.IsLeader, "the second leads");
        await _server.CreateAsync("a", Cancelled, size: 4);

        await ChildSizeIsAsync("a", "4");
    }

    [Fact]
    public async Task RunAsync_RunnableThatFails_EndsTheManagerWithItsError()
    {
        using ControllerManager manager = Manager(_server.Client);
        manager.AddRunnable(new FailingRunnable());

        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            manager.RunAsync(Cancelled)
        );

        Assert.Equal("broken", error.Message);
    }

    private static ControllerManagerOptions Elected(string identity) =>
        new()
        {
            LeaderElection = new LeaderElectionOptions
            {
                Lease = s_lease,
                Identity = identity,
                LeaseDuration = TimeSpan.FromSeconds(15),
                RenewDeadline = TimeSpan.FromSeconds(1),
                RetryPeriod = TimeSpan.FromMilliseconds(50),
            },
        };

    private static ControllerManager Manager(
        IKubernetesClient client,
        ControllerManagerOptions? options = null
    ) =>
        new(
            client,
            options ?? new ControllerManagerOptions(),
            TimeProvider.System,
            new Random(1),
            NullLoggerFactory.Instance
        );

    private async Task ChildSizeIsAsync(string name, string size)
    {
        string? found = null;
        await Eventually.IsTrueAsync(
            () =>
            {
                found = _server.ReadAsync(name, "size", Cancelled).GetAwaiter().GetResult();
                return found == size;
            },
            $"child {name} has size {size}"
        );
    }

    private sealed class FailingRunnable : IRunnable
    {
        public string Name => "failing";

        public bool NeedsLeaderElection => false;

        public Task RunAsync(CancellationToken cancellationToken) =>
            throw new InvalidOperationException("broken");
    }
}
