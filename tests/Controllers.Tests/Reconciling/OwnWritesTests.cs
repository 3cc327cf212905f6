using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Reconciling;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Testing.Kubernetes;
using LlmOperator.Testing.Waiting;
using Microsoft.Extensions.Time.Testing;
using static LlmOperator.Testing.Kubernetes.ScriptedWatchClient;

namespace LlmOperator.Controllers.Tests.Reconciling;

public sealed class OwnWritesTests : IDisposable
{
    private static readonly ObjectKey s_key = new("default", "a");

    private readonly FakeTimeProvider _time = new();
    private readonly FakeInformer _cache = new();
    private readonly List<ObjectKey> _requeued = [];
    private readonly OwnWrites _writes;
    private string? _liveVersion;
    private int _liveReads;

    public OwnWritesTests() =>
        _writes = new OwnWrites(new ScriptedWatchClient(), (_, _) => [_cache], _requeued.Add, _time);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _writes.Dispose();

    [Fact]
    [Trait("Semantics", "C31")]
    public async Task HasCaughtUp_CacheBehindTheWrite_HoldsTheKeyUntilTheCacheReachesIt()
    {
        _cache.ReachedVersion = "9";
        _writes.Remember(s_key, [Write("10")]);

        Assert.False(await _writes.HasCaughtUpAsync(s_key, Cancelled));
        _cache.Reach("9", _writes);
        Assert.Empty(_requeued);
        _cache.Reach("10", _writes);

        Assert.Equal([s_key], _requeued);
        Assert.True(await _writes.HasCaughtUpAsync(s_key, Cancelled));
        Assert.Equal(0, _liveReads);
    }

    [Fact]
    [Trait("Semantics", "C31")]
    public async Task HasCaughtUp_VersionsThatAreNoNumbers_AskTheServer()
    {
        (_cache.ReachedVersion, _liveVersion) = ("x1", "x2");
        _cache.Object = Widget("a", "x1");
        _writes.Remember(s_key, [Write("x2")]);

        Assert.False(await _writes.HasCaughtUpAsync(s_key, Cancelled));
        Assert.Equal(1, _liveReads);
        _cache.Object = Widget("a", "x2");
        _cache.Reach("x2", _writes);

        Assert.Equal([s_key], _requeued);
        Assert.True(await _writes.HasCaughtUpAsync(s_key, Cancelled));
        Assert.Equal(2, _liveReads);
    }

    [Fact]
    [Trait("Semantics", "C31")]
    public async Task HasCaughtUp_ObjectDeletedByAnotherMeanwhile_IsUpToDateWithoutIt()
    {
        (_cache.ReachedVersion, _liveVersion) = ("x3", null);
        _writes.Remember(s_key, [Write("x2")]);

        Assert.True(await _writes.HasCaughtUpAsync(s_key, Cancelled));
    }

    [Fact]
    [Trait("Semantics", "C31")]
    public async Task HasCaughtUp_CacheThatNeverGetsThere_IsReadAsItIsAfterTenSeconds()
    {
        _cache.ReachedVersion = "9";
        _writes.Remember(s_key, [Write("10")]);
        Assert.False(await _writes.HasCaughtUpAsync(s_key, Cancelled));

        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Empty(_requeued);
        _time.Advance(TimeSpan.FromSeconds(0.1));

        await Eventually.IsTrueAsync(() => _requeued.Count == 1, "the key comes back");
        Assert.True(await _writes.HasCaughtUpAsync(s_key, Cancelled));
    }

    [Theory]
    [Trait("Semantics", "C31")]
    [InlineData("uid-a")]
    [InlineData(null)]
    public async Task HasCaughtUp_OwnDeletion_HoldsTheKeyUntilTheCacheShowsIt(string? named)
    {
        _cache.ReachedVersion = "9";
        _cache.Object = Widget("a", "8");
        _writes.Remember(s_key, [new OwnChange.Deletion(typeof(Widget), s_key, named)]);

        Assert.False(await _writes.HasCaughtUpAsync(s_key, Cancelled));
        _cache.Reach("10", _writes);
        Assert.Empty(_requeued);
        _cache.Object = null;
        _cache.Reach("11", _writes);

        Assert.Equal([s_key], _requeued);
        Assert.True(await _writes.HasCaughtUpAsync(s_key, Cancelled));
    }

    [Fact]
    [Trait("Semantics", "C31")]
    public async Task HasCaughtUp_DeletionOnItsWayOrObjectMadeAgain_IsShown()
    {
        _cache.ReachedVersion = "9";
        OwnChange deletion = new OwnChange.Deletion(typeof(Widget), s_key, "uid-a");
        Widget widget = Widget("a", "8");
        _cache.Object = widget with
        {
            Metadata = widget.Metadata with { DeletionTimestamp = _time.GetUtcNow() },
        };
        _writes.Remember(s_key, [deletion]);
        Assert.True(await _writes.HasCaughtUpAsync(s_key, Cancelled));

        _cache.Object = Widget("a", "12", uid: "another");
        _writes.Remember(s_key, [deletion]);
        Assert.True(await _writes.HasCaughtUpAsync(s_key, Cancelled));
    }

    private OwnChange.Write Write(string version) =>
        new(
            typeof(Widget),
            s_key,
            version,
            (_, _) =>
            {
                _liveReads++;
                return Task.FromResult(_liveVersion);
            }
        );

    private sealed class FakeInformer : IInformer
    {
        public string Name => "fake";

        public bool NeedsLeaderElection => false;

        public bool HasSynced => true;

        public string? ReachedVersion { get; set; }

        public KubernetesObject? Object { get; set; }

        public KubernetesObject? Cached(ObjectKey key) => Object;

        public void OnProgress(Action callback) { }

        public Task WaitForSyncAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task RunAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Reach(string version, OwnWrites writes)
        {
            ReachedVersion = version;
            writes.OnProgress();
        }
    }
}
