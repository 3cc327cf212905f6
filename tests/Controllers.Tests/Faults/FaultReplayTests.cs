using LlmOperator.Controllers.Hosting;
using LlmOperator.Controllers.Tests.Hosting;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Testing.Kubernetes;
using LlmOperator.Testing.Waiting;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.Controllers.Tests.Faults;

/// <summary>
/// One story with faults at every place: whatever is lost, doubled, reordered or cut off, the end is the same as
/// without a fault (C40).
/// </summary>
public sealed class FaultReplayTests
{
    private static readonly string[] s_end =
    [
        "a: child 7 of a, Reconciled 2",
        "c: child 4 of c, Reconciled 1",
        "d: child 5 of d, Reconciled 1",
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Semantics", "C40")]
    public async Task Story_WithoutFaults_HasItsEnd()
    {
        await using WidgetServer server = await WidgetServer.StartAsync(Cancelled);
        using ControllerManager manager = Manager(server.Client);
        await using RunningManager running = new(manager);

        await TellAsync(server);

        await EndsAsync(server, "without a fault");
    }

    [Theory]
    [Trait("Semantics", "C40")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Story_EventsLostDoubledAndReordered_HasTheSameEnd(int seed)
    {
        await using WidgetServer server = await WidgetServer.StartAsync(Cancelled);
        FaultyWatchClient client = new(server.Client, new Random(seed));
        MutationDetector<Widget> widgets = new();
        MutationDetector<ConfigMap> children = new();
        using ControllerManager manager = Manager(client);
        manager.Informer<Widget>().AddHandler(widgets);
        manager.Informer<ConfigMap>().AddHandler(children);
        await using RunningManager running = new(manager);

        await TellAsync(server);

        await EndsAsync(server, $"with seed {seed}");
        Assert.True(client.Faults > 0, "no fault happened");
        widgets.Verify();
        children.Verify();
    }

    [Theory]
    [Trait("Semantics", "C40")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Story_KilledAtAnyWrite_SuccessorReachesTheSameEnd(bool isWritten)
    {
        int crashAt = 1;
        while (await TellWithCrashAsync(crashAt, isWritten))
        {
            crashAt++;
        }

        Assert.True(crashAt > 6, $"the story had only {crashAt} writes to be killed at");
    }

    // True when the first process was killed before its story ended.
    private static async Task<bool> TellWithCrashAsync(int crashAt, bool isWritten)
    {
        await using WidgetServer server = await WidgetServer.StartAsync(Cancelled);
        CrashingClient client = new(server.Client, crashAt, isWritten);
        using (ControllerManager first = Manager(client))
        {
            await using RunningManager running = new(first);
            await TellAsync(server);
            string[] found = [];
            await Eventually.IsTrueAsync(
                () =>
                    client.IsCrashed
                    || (found = StateAsync(server).GetAwaiter().GetResult()).SequenceEqual(s_end),
                $"the end or crash {crashAt}"
            );
        }

        bool wasKilled = client.IsCrashed;
        using ControllerManager second = Manager(server.Client);
        await using RunningManager successor = new(second);
        await EndsAsync(server, $"after a crash at write {crashAt}");
        return wasKilled;
    }

    private static ControllerManager Manager(IKubernetesClient client)
    {
        ControllerManager manager = new(
            client,
            new ControllerManagerOptions { GracePeriod = TimeSpan.FromSeconds(5) },
            TimeProvider.System,
            new Random(1),
            NullLoggerFactory.Instance
        );
        manager.AddController("widget", new ChildReconciler(manager), b => b.Owns<ConfigMap>());
        return manager;
    }

    private static async Task TellAsync(WidgetServer server)
    {
        await server.CreateAsync("a", Cancelled, size: 2);
        await server.CreateAsync("b", Cancelled, size: 3);
        await server.CreateAsync("c", Cancelled, size: 4);
        await server.ResizeAsync("a", 7, Cancelled);
        await server.Client.DeleteAsync<ConfigMap>(
            new ObjectKey("default", "c"),
            new DeleteOptions(),
            Cancelled
        );
        await server.Client.DeleteAsync<Widget>(
            new ObjectKey("default", "b"),
            new DeleteOptions(),
            Cancelled
        );
        await server.CreateAsync("d", Cancelled, size: 5);
        await server.Client.DeleteAsync<ConfigMap>(
            new ObjectKey("default", "a"),
            new DeleteOptions(),
            Cancelled
        );
    }

    private static async Task EndsAsync(WidgetServer server, string when)
    {
        string[] found = [];
        await Eventually.IsTrueAsync(
            () => (found = StateAsync(server).GetAwaiter().GetResult()).SequenceEqual(s_end),
            $"the end {when}"
        );
        Assert.Equal(s_end, found);
    }

    private static async Task<string[]> StateAsync(WidgetServer server)
    {
        var widgets = await server.Client.ListAsync<Widget>(new ListOptions(), Cancelled);
        var children = await server.Client.ListAsync<ConfigMap>(
            new ListOptions { Namespace = "default" },
            Cancelled
        );
        return
        [
            .. children
                .Items.Where(c => c.Metadata.OwnerReferences is not null)
                .Select(c =>
                {
                    Widget? owner = widgets.Items.FirstOrDefault(w =>
                        w.Metadata.Uid == c.Metadata.OwnerReferences![0].Uid
                    );
                    return $"{c.Key.Name}: child {c.Data!["size"]} of {owner?.Key.Name ?? "nobody"}, "
                        + $"{owner?.Status?.Phase} {owner?.Status?.ObservedGeneration}";
                })
                .Order(StringComparer.Ordinal),
        ];
    }
}
