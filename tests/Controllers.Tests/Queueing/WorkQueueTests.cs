using LlmOperator.Controllers.Queueing;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.Controllers.Tests.Queueing;

public sealed class WorkQueueTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly WorkQueue<string> _queue;

    public WorkQueueTests() =>
        _queue = new WorkQueue<string>("test", _time, new ExponentialRateLimiter<string>());

    public void Dispose() => _queue.Dispose();

    [Fact]
    [Trait("Semantics", "C33")]
    public async Task Add_KeyThatWaits_IsTakenOnce()
    {
        _queue.Add("a");
        _queue.Add("b");
        _queue.Add("a");

        Assert.Equal(["a", "b"], [await TakeAsync(), await TakeAsync()]);
        Assert.Equal(0, _queue.Depth);
    }

    [Fact]
    [Trait("Semantics", "C33")]
    [Trait("Fault", "13")]
    public async Task Add_KeyInProcessing_RunsOnceMoreAfterDoneAndNeverTwiceAtOnce()
    {
        _queue.Add("a");
        string first = await TakeAsync();
        _queue.Add("a");
        _queue.Add("a");
        Assert.Equal(0, _queue.Depth);

        _queue.Done(first);
        Assert.Equal("a", await TakeAsync());
        _queue.Done("a");
        Assert.Equal(0, _queue.Depth);
    }

    [Fact]
    [Trait("Semantics", "C33")]
    public async Task Workers_ManyAddsOfFewKeys_NeverProcessAKeyTwiceAtOnce()
    {
        Dictionary<string, int> active = [];
        bool overlapped = false;
        int processed = 0;
        async Task WorkAsync()
        {
            while (await _queue.TakeAsync() is (true, { } key))
            {
                lock (active)
                {
                    overlapped |= active.GetValueOrDefault(key) > 0;
                    active[key] = 1;
                }

                await Task.Yield();
                lock (active)
                {
                    active[key] = 0;
                    processed++;
                }

                _queue.Done(key);
            }
        }

        Task[] workers = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(WorkAsync))];
        for (int i = 0; i < 20_000; i++)
        {
            _queue.Add($"k{i % 5}");
        }

        await Testing.Waiting.Eventually.IsTrueAsync(() => _queue.Depth == 0, "all taken");
        _queue.ShutDown();
        await Task.WhenAll(workers);

        Assert.False(overlapped);
        Assert.InRange(processed, 5, 20_000);
    }

    [Fact]
    [Trait("Semantics", "C34")]
    [Trait("Fault", "14")]
    public async Task AddAfter_SeveralTimes_TheEarliestWinsExactly()
    {
        _queue.AddAfter("a", TimeSpan.FromSeconds(10));
        _queue.AddAfter("a", TimeSpan.FromSeconds(3));
        _queue.AddAfter("a", TimeSpan.FromSeconds(5));

        _time.Advance(TimeSpan.FromMilliseconds(2999));
        Assert.Equal(0, _queue.Depth);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, _queue.Depth);
        _queue.Done(await TakeAsync());
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, _queue.Depth);
    }

    [Theory]
    [Trait("Semantics", "C34")]
    [InlineData(0)]
    [InlineData(-5)]
    public void AddAfter_NoDelay_IsAdd(int seconds)
    {
        _queue.AddAfter("a", TimeSpan.FromSeconds(seconds));

        Assert.Equal(1, _queue.Depth);
    }

    [Fact]
    [Trait("Semantics", "C34")]
    public void AddAfter_LongerThanATimer_StillFires()
    {
        _queue.AddAfter("a", TimeSpan.FromDays(60));

        for (int day = 0; day < 59; day++)
        {
            _time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(0, _queue.Depth);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, _queue.Depth);
    }

    [Fact]
    [Trait("Semantics", "C35")]
    public void ExponentialRateLimiter_Failures_DoubleToThousandSecondsWithoutOverflow()
    {
        ExponentialRateLimiter<string> limiter = new();
        double[] expected = [5, 10, 20, 40, 80];

        Assert.Equal(expected, expected.Select(_ => limiter.When("a").TotalMilliseconds));
        TimeSpan last = TimeSpan.Zero;
        for (int i = 0; i < 5000; i++)
        {
            last = limiter.When("a");
        }

        Assert.Equal(TimeSpan.FromSeconds(1000), last);
        Assert.Equal(5, limiter.When("b").TotalMilliseconds);
        limiter.Forget("a");
        Assert.Equal(0, limiter.Failures("a"));
        Assert.Equal(5, limiter.When("a").TotalMilliseconds);
    }

    [Fact]
    [Trait("Semantics", "C35")]
    public void DefaultRateLimiter_ManyKeys_TakesTheWorstOfBoth()
    {
        WorstOfRateLimiter<string> limiter = WorstOfRateLimiter<string>.Default(_time);

        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(5, limiter.When($"k{i}").TotalMilliseconds));
        Assert.Equal(100, limiter.When("x").TotalMilliseconds);
        Assert.Equal(200, limiter.When("y").TotalMilliseconds);
        _time.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal(5, limiter.When("z").TotalMilliseconds);
    }

    [Fact]
    [Trait("Semantics", "C37")]
    public async Task ShutDown_Waiters_AreReleasedAndNoKeyIsTaken()
    {
        Task<(bool Found, string? Item)> waiting = _queue.TakeAsync().AsTask();
        _queue.ShutDown();

        Assert.False((await waiting).Found);
        _queue.Add("a");
        _queue.AddAfter("b", TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, _queue.Depth);
        Assert.False((await _queue.TakeAsync()).Found);
    }

    [Fact]
    [Trait("Semantics", "C39")]
    public async Task Add_LowPriority_ComesBehindChangesAndTheHigherWins()
    {
        _queue.Add("listed 1", Priorities.Low);
        _queue.Add("listed 2", Priorities.Low);
        _queue.Add("listed 3", Priorities.Low);
        _queue.Add("changed");
        _queue.Add("listed 3");
        _queue.Add("changed", Priorities.Low);

        List<string> order = [];
        while (_queue.Depth > 0)
        {
            order.Add(await TakeAsync());
        }

        Assert.Equal(["changed", "listed 3", "listed 1", "listed 2"], order);
    }

    private async Task<string> TakeAsync() =>
        (
            await _queue
                .TakeAsync()
                .AsTask()
                .WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)
        ).Item!;
}
