using LlmOperator.Controllers.Caching;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Testing.Kubernetes;
using LlmOperator.Testing.Waiting;
using static LlmOperator.Testing.Kubernetes.ScriptedWatchClient;

namespace LlmOperator.Controllers.Tests.Caching;

public sealed class SharedInformerTests
{
    private readonly ScriptedWatchClient _server = new();

    private static CancellationToken Cancelled => InformerStory.Cancelled;

    [Fact]
    [Trait("Semantics", "C24")]
    public async Task Relist_MissingObject_TombstoneHasKeyAndLastState()
    {
        _server.OnList = _ => Page("5", Widget("a", "1", size: 3));
        await using InformerStory story = new(_server);
        ScriptedWatch watch = await story.NextWatchAsync();
        _server.OnList = _ => Page("9");
        watch.Error(410, "Expired");
        await story.HeardAsync("list a 1", "delete a unseen");

        Tombstone<Widget> tombstone = Assert.Single(story.Heard.Tombstones);
        Assert.Equal(new ObjectKey("default", "a"), tombstone.Key);
        Assert.Equal(3, tombstone.LastKnown!.Spec.Size);
        Assert.True(tombstone.FinalStateUnknown);
    }

    [Fact]
    [Trait("Semantics", "C25")]
    public async Task Relist_ObjectRecreated_IsOneUpdateWithTwoUids()
    {
        _server.OnList = _ => Page("5", Widget("a", "1", "old"));
        UidHandler uids = new();
        await using InformerStory story = new(_server);
        story.Informer.AddHandler(uids);
        ScriptedWatch watch = await story.NextWatchAsync();
        _server.OnList = _ => Page("9", Widget("a", "8", "new"));
        watch.Error(410, "Expired");

        await story.HeardAsync("list a 1", "update a 1 8");
        await Eventually.IsTrueAsync(() => uids.Last == ("old", "new"), "both UIDs");
    }

    [Fact]
    [Trait("Semantics", "C26")]
    public async Task Handler_WhenCalled_FindsTheChangeInStoreAndIndex()
    {
        await using InformerStory story = new(_server);
        story.Informer.AddIndex("size", w => [$"{w.Spec.Size}"]);
        LookingHandler looking = new(story.Informer.Lister);
        story.Informer.AddHandler(looking);
        ScriptedWatch watch = await story.NextWatchAsync();

        for (int i = 0; i < 100; i++)
        {
            watch.Modified(Widget("a", $"{10 + i}", size: i));
        }

        await Eventually.IsTrueAsync(() => looking.Sizes.Count == 100, "all changes");
        Assert.Equal(Enumerable.Range(0, 100), looking.Sizes);
        Assert.True(looking.AlwaysFoundItOrNewer);
        Assert.Equal(["a"], story.Informer.Lister.ByIndex("size", "99").Select(w => w.Key.Name));
        Assert.Empty(story.Informer.Lister.ByIndex("size", "98"));
    }

    [Fact]
    [Trait("Semantics", "C26")]
    public async Task AddHandler_Late_FirstGetsWhatIsCached()
    {
        _server.OnList = _ => Page("5", Widget("a", "1"));
        await using InformerStory story = new(_server);
        ScriptedWatch watch = await story.NextWatchAsync();
        watch.Added(Widget("b", "6"));
        await story.HeardAsync("list a 1", "add b 6");
        InformerStory.RecordingHandler late = new();

        story.Informer.AddHandler(late);
        watch.Modified(Widget("a", "7"));

        await Eventually.IsTrueAsync(
            () => late.Events.SequenceEqual(["list a 1", "list b 6", "update a 1 7"]),
            "additions, then changes"
        );
    }

    [Fact]
    [Trait("Semantics", "C27")]
    public async Task Handler_ThatBlocks_HoldsUpNeitherTheWatchNorTheOthers()
    {
        using ManualResetEventSlim gate = new();
        await using InformerStory story = new(_server);
        story.Informer.AddHandler(new BlockingHandler(gate));
        ScriptedWatch watch = await story.NextWatchAsync();
        try
        {
            for (int i = 0; i < 1000; i++)
            {
                watch.Added(Widget($"w{i}", $"{10 + i}"));
            }

            await story.ReachedAsync("1009");
            await Eventually.IsTrueAsync(() => story.Heard.Events.Count == 1000, "the other handler");
        }
        finally
        {
            gate.Set();
        }
    }

    [Fact]
    [Trait("Semantics", "C27")]
    public async Task Handler_ThatThrows_GoesOnHearing()
    {
        await using InformerStory story = new(_server);
        ThrowingHandler throwing = new();
        story.Informer.AddHandler(throwing);
        ScriptedWatch watch = await story.NextWatchAsync();
        watch.Added(Widget("a", "5"));
        watch.Added(Widget("b", "6"));

        await Eventually.IsTrueAsync(() => throwing.Calls == 2, "both calls");
    }

    [Fact]
    [Trait("Semantics", "C29")]
    public async Task HasSynced_OnlyWhenTheListWasDelivered()
    {
        using ManualResetEventSlim gate = new();
        _server.OnList = _ => Page("5", Widget("a", "1"));
        await using InformerStory story = new(_server);
        story.Informer.AddHandler(new BlockingHandler(gate));
        await story.NextWatchAsync();

        Assert.Equal(["a"], story.Names);
        Assert.False(story.Informer.HasSynced);
        gate.Set();
        await story.Informer.WaitForSyncAsync(Cancelled);
        Assert.True(story.Informer.HasSynced);
    }

    [Fact]
    [Trait("Semantics", "C30")]
    public async Task Resync_Period_RedeliversTheCacheWithoutAskingTheServer()
    {
        _server.OnList = _ => Page("5", Widget("a", "1"));
        await using InformerStory story = new(
            _server,
            new InformerOptions { ResyncPeriod = TimeSpan.FromMilliseconds(1), UseStreamingList = false }
        );
        await story.NextWatchAsync();
        await story.HeardAsync("list a 1");

        story.Time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Single(story.Heard.Events);
        story.Time.Advance(TimeSpan.FromMilliseconds(1));

        await story.HeardAsync("list a 1", "resync a 1");
        Assert.Single(_server.Lists);
        Assert.Single(_server.WatchRequests);
    }

    [Fact]
    [Trait("Semantics", "C30")]
    public async Task Resync_Default_IsOff()
    {
        _server.OnList = _ => Page("5", Widget("a", "1"));
        await using InformerStory story = new(_server);
        ScriptedWatch watch = await story.NextWatchAsync();
        story.Time.Advance(TimeSpan.FromMinutes(4));
        watch.Added(Widget("b", "6"));

        await story.HeardAsync("list a 1", "add b 6");
    }

    [Fact]
    public async Task Cache_ManagedFields_AreNotKept()
    {
        Widget widget = Widget("a", "1");
        _server.OnList = _ =>
            Page("5", widget with { Metadata = widget.Metadata with { ManagedFields = [default] } });
        await using InformerStory story = new(_server);
        await story.NextWatchAsync();

        Widget cached = Assert.Single(story.Informer.Lister.List("default"));
        Assert.Null(cached.Metadata.ManagedFields);
        Assert.Empty(story.Informer.Lister.List("other"));
    }

    [Fact]
    [Trait("Semantics", "C28")]
    public async Task MutationDetector_CachedObjectMutated_Fails()
    {
        Dictionary<string, string> labels = new() { ["a"] = "b" };
        Widget widget = Widget("a", "1");
        _server.OnList = _ => Page("5", widget with { Metadata = widget.Metadata with { Labels = labels } });
        MutationDetector<Widget> detector = new();
        await using InformerStory story = new(_server);
        story.Informer.AddHandler(detector);
        await story.Informer.WaitForSyncAsync(Cancelled);
        detector.Verify();

        labels["a"] = "c";
        Assert.Contains(
            "default/a was mutated",
            Assert.Throws<InvalidOperationException>(detector.Verify).Message,
            StringComparison.Ordinal
        );
        labels["a"] = "b";
    }

    [Fact]
    [Trait("Semantics", "C28")]
    public void CachedTypes_Properties_AreInitOnly()
    {
        Type[] types =
        [
            typeof(ObjectMeta),
            typeof(OwnerReference),
            typeof(Condition),
            typeof(KubernetesObject),
        ];

        Assert.All(
            types.SelectMany(t => t.GetProperties()).Where(p => p.CanWrite),
            p =>
                Assert.Contains(
                    typeof(System.Runtime.CompilerServices.IsExternalInit),
                    p.SetMethod!.ReturnParameter.GetRequiredCustomModifiers()
                )
        );
    }

    private sealed class UidHandler : InformerHandler
    {
        public (string?, string?) Last { get; private set; }

        public override void OnUpdated(Widget oldObj, Widget newObj) =>
            Last = (oldObj.Metadata.Uid, newObj.Metadata.Uid);
    }

    private sealed class LookingHandler(ILister<Widget> lister) : InformerHandler
    {
        private readonly List<int> _sizes = [];

        public IReadOnlyList<int> Sizes
        {
            get
            {
                lock (_sizes)
                {
                    return [.. _sizes];
                }
            }
        }

        public bool AlwaysFoundItOrNewer { get; private set; } = true;

        public override void OnAdded(Widget obj, bool isInInitialList) => Look(obj);

        public override void OnUpdated(Widget oldObj, Widget newObj) => Look(newObj);

        private void Look(Widget obj)
        {
            AlwaysFoundItOrNewer &=
                ResourceVersions.Compare(
                    lister.Find(obj.Key)!.Metadata.ResourceVersion,
                    obj.Metadata.ResourceVersion
                ) >= 0;
            lock (_sizes)
            {
                _sizes.Add(obj.Spec.Size);
            }
        }
    }

    private sealed class BlockingHandler(ManualResetEventSlim gate) : InformerHandler
    {
        public override void OnAdded(Widget obj, bool isInInitialList) => gate.Wait(Cancelled);
    }

    private sealed class ThrowingHandler : InformerHandler
    {
        public int Calls { get; private set; }

        public override void OnAdded(Widget obj, bool isInInitialList)
        {
            Calls++;
            throw new InvalidOperationException("broken handler");
        }
    }

    private abstract class InformerHandler : IInformerHandler<Widget>
    {
        public virtual void OnAdded(Widget obj, bool isInInitialList) { }

        public virtual void OnUpdated(Widget oldObj, Widget newObj) { }

        public virtual void OnDeleted(Tombstone<Widget> tombstone) { }
    }
}
