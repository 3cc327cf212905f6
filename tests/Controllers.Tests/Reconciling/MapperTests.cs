using System.Collections.Concurrent;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Controllers.Reconciling;
using LlmOperator.Controllers.Tests.Hosting;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Testing.Kubernetes;
using LlmOperator.Testing.Waiting;
using Microsoft.Extensions.Logging.Abstractions;
using static LlmOperator.Testing.Kubernetes.ScriptedWatchClient;

namespace LlmOperator.Controllers.Tests.Reconciling;

public sealed class MapperTests
{
    private readonly ScriptedWatchClient _server = new()
    {
        OnList = _ => Page("5", Painted("user", "1", "red")),
    };
    private readonly ConcurrentQueue<string> _reconciled = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Semantics", "C32")]
    public async Task Watches_ReferenceChangesAndVanishes_OldAndNewTargetAreReconciled()
    {
        using ControllerManager manager = Manager();
        // The colour is the reference: the key of what is reconciled because of the widget.
        manager.AddController(
            "target",
            Recorder(),
            b => b.WithPredicate((_, _) => false).Watches<Widget>(Target)
        );
        await using RunningManager running = new(manager);
        ScriptedWatch watch = await NextWatchAsync();
        await ReconciledAsync("red");

        watch.Modified(Painted("user", "6", "blue"));
        await ReconciledAsync("blue", "red");
        watch.Deleted(Painted("user", "7", "blue"));
        await ReconciledAsync("blue");
    }

    [Fact]
    [Trait("Semantics", "C32")]
    public async Task Watches_MapperOfBothStates_GetsOldAndNew()
    {
        ConcurrentQueue<(string? Old, string? New)> seen = new();
        using ControllerManager manager = Manager();
        manager.AddController(
            "target",
            Recorder(),
            b =>
                b.Watches<Widget>(
                    (old, @new) =>
                    {
                        seen.Enqueue((old?.Spec.Color, @new?.Spec.Color));
                        return [];
                    }
                )
        );
        await using RunningManager running = new(manager);
        ScriptedWatch watch = await NextWatchAsync();
        watch.Modified(Painted("user", "6", "blue"));
        watch.Deleted(Painted("user", "7", "blue"));

        await Eventually.IsTrueAsync(() => seen.Count == 3, "three changes");
        Assert.Equal([(null, "red"), ("red", "blue"), ("blue", null)], seen);
    }

    [Fact]
    [Trait("Semantics", "C32")]
    public async Task AddIndex_OwnerUid_FindsTheChildrenOfAnOwnerAndForgetsThem()
    {
        using ControllerManager manager = Manager();
        SharedInformer<Widget> informer = manager.Informer<Widget>();
        informer.AddIndex("owner", w => (w.Metadata.OwnerReferences ?? []).Select(r => r.Uid));
        await using RunningManager running = new(manager);
        ScriptedWatch watch = await NextWatchAsync();

        watch.Added(Owned("child", "6", "uid-1"));
        watch.Added(Owned("other", "7", "uid-2"));
        await Eventually.IsTrueAsync(() => informer.ReachedVersion == "7", "both children");
        Assert.Equal(["child"], NamesOf(informer, "uid-1"));
        watch.Modified(Owned("child", "8", "uid-2"));
        await Eventually.IsTrueAsync(() => informer.ReachedVersion == "8", "the new owner");

        Assert.Empty(NamesOf(informer, "uid-1"));
        Assert.Equal(["child", "other"], NamesOf(informer, "uid-2"));
    }

    private static IEnumerable<string> NamesOf(SharedInformer<Widget> informer, string owner) =>
        informer.Lister.ByIndex("owner", owner).Select(w => w.Key.Name).Order(StringComparer.Ordinal);

    private static IEnumerable<ObjectKey> Target(Widget widget) => [new("default", widget.Spec.Color!)];

    private static Widget Painted(string name, string version, string color) =>
        Widget(name, version) with
        {
            Spec = new WidgetSpec { Color = color },
        };

    private static Widget Owned(string name, string version, string owner)
    {
        Widget widget = Widget(name, version);
        return widget with
        {
            Metadata = widget.Metadata with
            {
                OwnerReferences =
                [
                    new OwnerReference
                    {
                        ApiVersion = "example.com/v1",
                        Kind = "Widget",
                        Name = "owner",
                        Uid = owner,
                    },
                ],
            },
        };
    }

    private FuncReconciler Recorder() =>
        new(
            (request, _) =>
            {
                _reconciled.Enqueue(request.Key.Name);
                return Task.FromResult(ReconcileResult.Finished);
            }
        );

    private ControllerManager Manager() =>
        new(
            _server,
            new ControllerManagerOptions(),
            TimeProvider.System,
            new Random(1),
            NullLoggerFactory.Instance
        );

    private async Task<ScriptedWatch> NextWatchAsync() =>
        await _server.NextWatchAsync(Cancelled).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancelled);

    private async Task ReconciledAsync(params string[] names)
    {
        await Eventually.IsTrueAsync(
            () => _reconciled.Order(StringComparer.Ordinal).SequenceEqual(names),
            $"reconciled [{string.Join(", ", names)}]; were [{string.Join(", ", _reconciled)}]"
        );
        _reconciled.Clear();
    }
}
