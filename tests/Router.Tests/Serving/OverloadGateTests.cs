using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Identity;
using LlmOperator.Router.Serving;
using LlmOperator.Testing.Waiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.Router.Tests.Serving;

/// <summary>More requests than the router may work on.</summary>
public sealed class OverloadGateTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _begun = [];

    [Fact]
    public async Task Enter_AboveTheLimit_LetsTheHighestPriorityInFirst()
    {
        OverloadGate gate = new(Options(running: 1, queued: 8), _time);
        Work first = Ask(gate, "first");
        Work[] waiting =
        [
            Ask(gate, "low", RequestPriority.Low),
            Ask(gate, "normal"),
            Ask(gate, "high", RequestPriority.High),
            Ask(gate, "high too", RequestPriority.High),
        ];
        Assert.Equal((1, 4), (gate.Running, gate.Waiting));

        foreach (Work work in (Work[])[first, waiting[2], waiting[3], waiting[1], waiting[0]])
        {
            await work.EndAsync();
        }

        Assert.Equal(["first", "high", "high too", "normal", "low"], _begun);
        Assert.Equal((0, 0), (gate.Running, gate.Waiting));
    }

    [Fact]
    public async Task Enter_FullQueue_RefusesTheLastOfTheLowestPriority()
    {
        OverloadGate gate = new(Options(running: 1, queued: 2), _time);
        Work running = Ask(gate, "running");
        Work low = Ask(gate, "low", RequestPriority.Low);
        Work lastLow = Ask(gate, "last low", RequestPriority.Low);

        Work refused = Ask(gate, "one more low", RequestPriority.Low);
        Work high = Ask(gate, "high", RequestPriority.High);

        Assert.Equal((429, 429), (await refused.StatusAsync(), await lastLow.StatusAsync()));
        Assert.Equal("1", lastLow.Refusal!.RetryAfterSeconds());
        await running.EndAsync();
        await high.EndAsync();
        await low.EndAsync();
        Assert.Equal(["running", "high", "low"], _begun);
    }

    [Fact]
    public async Task Enter_NoRoomInTime_Is429()
    {
        OverloadGate gate = new(Options(running: 1, queued: 8), _time);
        Work running = Ask(gate, "running");
        Work waiting = Ask(gate, "waiting");

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(429, await waiting.StatusAsync());
        Assert.Equal((1, 0), (gate.Running, gate.Waiting));
        await running.EndAsync();
    }

    [Fact]
    public async Task Enter_ClientThatLeaves_LeavesItsPlace()
    {
        OverloadGate gate = new(Options(running: 1, queued: 1), _time);
        Work running = Ask(gate, "running");
        using CancellationTokenSource leave = new();
        Work leaving = Ask(gate, "leaving", client: leave);

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(leaving.StatusAsync);

        Work next = Ask(gate, "next");
        Assert.Equal(1, gate.Waiting);
        await running.EndAsync();
        await next.EndAsync();
        Assert.Equal(["running", "next"], _begun);
    }

    [Fact]
    public async Task Enter_FiveTimesTheCapacity_ServesHighPriorityWholeAndTheRestAre429()
    {
        const int Capacity = 4;
        const int Ticks = 200;
        OverloadGate gate = new(Options(running: Capacity, queued: 2 * Capacity), _time);
        List<Work> all = [];
        for (int tick = 0; tick < Ticks; tick++)
        {
            // Of five times the capacity, a fifth has high priority: its fair share is all that there is.
            for (int i = 0; i < 5 * Capacity; i++)
            {
                RequestPriority priority = (i % 5) switch
                {
                    2 => RequestPriority.High,
                    1 or 3 => RequestPriority.Normal,
                    _ => RequestPriority.Low,
                };
                all.Add(Ask(gate, $"{tick}/{i}", priority));
            }

            Assert.InRange(gate.Running, 0, Capacity);
            Assert.InRange(gate.Waiting, 0, 2 * Capacity);
            await EndAllAsync(gate, all);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        // What is left ends by itself: nothing hangs on.
        while (gate.Running > 0)
        {
            await EndAllAsync(gate, all);
        }

        int[] statuses = [.. await Task.WhenAll(all.Select(w => w.StatusAsync()))];
        Assert.All(statuses, s => Assert.True(s is 200 or 429));
        Assert.Equal((0, 0), (gate.Running, gate.Waiting));
        Work[] high = [.. all.Where(w => w.Priority == RequestPriority.High)];
        int served = high.Count(w => w.Refusal is null);
        Assert.True(served >= 0.95 * high.Length, $"{served} of {high.Length}");
        Assert.All(
            all.Where(w => w.Refusal is not null),
            w => Assert.InRange(int.Parse(w.Refusal!.RetryAfterSeconds()), 1, 30)
        );
    }

    [Fact]
    public async Task Enter_WithoutAQueue_IsTooMuchUntilOneLeaves()
    {
        OverloadGate gate = new(Options(running: 1, queued: 0), _time);
        Work running = Ask(gate, "running");

        Work refused = Ask(gate, "refused", RequestPriority.High);
        await running.EndAsync();
        Work next = Ask(gate, "next");
        await next.EndAsync();

        Assert.Equal((429, "overloaded"), (refused.Refusal!.Status, refused.Refusal.Code));
        Assert.Equal(["running", "next"], _begun);
    }

    [Fact]
    public void Read_BodiesTogetherTooLong_OneIsTooMuchUntilAnotherIsWhole()
    {
        OverloadGate gate = new(new RouterOptions { MaxBytesBeingRead = 100 }, _time);
        gate.Read(60);

        InvalidRequestException refusal = Assert.Throws<InvalidRequestException>(() => gate.Read(41));
        gate.EndRead(41);
        gate.EndRead(60);
        gate.Read(100);

        Assert.Equal((429, "overloaded"), (refusal.Error.Status, refusal.Error.Code));
    }

    private static async Task EndAllAsync(OverloadGate gate, List<Work> all)
    {
        await Eventually.IsTrueAsync(() => all.Count(w => w.IsRunning) == gate.Running, "all run that may");
        foreach (Work work in all.Where(w => w.IsRunning).ToArray())
        {
            await work.EndAsync();
        }
    }

    private static RouterOptions Options(int running, int queued) =>
        new() { MaxConcurrentRequests = running, MaxQueuedRequests = queued };

    private Work Ask(
        OverloadGate gate,
        string name,
        RequestPriority priority = RequestPriority.Normal,
        CancellationTokenSource? client = null
    ) => new(gate, name, priority, _begun, client);

    /// <summary>One request; it runs until the test ends it.</summary>
    private sealed class Work
    {
        private readonly TaskCompletionSource _end = new();
        private readonly TaskCompletionSource _begun = new();
        private readonly Task _run;

        public Work(
            OverloadGate gate,
            string name,
            RequestPriority priority,
            List<string> begun,
            CancellationTokenSource? client
        )
        {
            Priority = priority;
            Context.RequestAborted = client?.Token ?? CancellationToken.None;
            Context.Features.Set(new Caller { Name = name, Priority = priority });
            _run = RunAsync(gate, name, begun);
        }

        public DefaultHttpContext Context { get; } = new();

        /// <summary>Why it was refused; null when it was not.</summary>
        public OpenAiError? Refusal { get; private set; }

        public RequestPriority Priority { get; }

        public bool IsRunning => _begun.Task.IsCompleted && !_run.IsCompleted;

        public async Task EndAsync()
        {
            await _begun.Task.WaitAsync(TestContext.Current.CancellationToken);
            _end.TrySetResult();
            await _run;
        }

        /// <summary>Its status when it has ended.</summary>
        public async Task<int> StatusAsync()
        {
            await _run.WaitAsync(TestContext.Current.CancellationToken);
            return Refusal?.Status ?? 200;
        }

        private async Task RunAsync(OverloadGate gate, string name, List<string> begun)
        {
            try
            {
                await gate.EnterAsync(Context);
            }
            catch (InvalidRequestException e)
            {
                Refusal = e.Error;
                return;
            }

            lock (begun)
            {
                begun.Add(name);
            }

            _begun.TrySetResult();
            await _end.Task;
            gate.Leave();
        }
    }
}
