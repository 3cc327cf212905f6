using LlmOperator.NodeAgent.Residents;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.NodeAgent.Tests.Residents;

public sealed class MemoryTurnsTests
{
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static TurnRequest Model(string name, long bytes, bool isShared = true, int idleSeconds = 10) =>
        new()
        {
            Name = name,
            Bytes = new Dictionary<string, long> { ["GPU"] = bytes },
            IsShared = isShared,
            Idle = () => TimeSpan.FromSeconds(idleSeconds),
        };

    private MemoryTurns Turns(params TurnRequest[] bound)
    {
        MemoryTurns turns = new(_time);
        turns.SetBudgets(new Dictionary<string, long> { ["GPU"] = 24 });
        foreach (TurnRequest model in bound)
        {
            turns.Bind(model);
        }

        return turns;
    }

    [Fact]
    public async Task EnterAsync_NoRoom_AsksTheOtherToLeaveAndWaitsUntilItHas()
    {
        TurnRequest first = Model("first", 16);
        TurnRequest second = Model("second", 12);
        using MemoryTurns turns = Turns(first, second);
        MemoryTurn held = await turns.EnterAsync(first, Token);

        Task<MemoryTurn> waiting = turns.EnterAsync(second, Token);
        await held.MustLeave.WaitAsync(Token);

        Assert.False(waiting.IsCompleted);
        Assert.Equal(16, turns.Held("GPU"));

        held.Dispose();
        using MemoryTurn entered = await waiting.WaitAsync(Token);
        Assert.Equal(12, turns.Held("GPU"));
    }

    [Fact]
    public async Task EnterAsync_RoomForBoth_NobodyLeaves()
    {
        TurnRequest first = Model("first", 12);
        TurnRequest second = Model("second", 12);
        using MemoryTurns turns = Turns(first, second);

        using MemoryTurn one = await turns.EnterAsync(first, Token);
        using MemoryTurn two = await turns.EnterAsync(second, Token);

        Assert.False(one.MustLeave.IsCompleted);
        Assert.Equal(24, turns.Held("GPU"));
    }

    [Fact]
    public async Task EnterAsync_OwnBytesOfAnother_AreNeverUsedEvenWhileItIsNotLoaded()
    {
        TurnRequest own = Model("own", 10, isShared: false);
        TurnRequest first = Model("first", 12);
        TurnRequest second = Model("second", 12);
        using MemoryTurns turns = Turns(own, first, second);
        using MemoryTurn one = await turns.EnterAsync(first, Token);

        Task<MemoryTurn> waiting = turns.EnterAsync(second, Token);
        await one.MustLeave.WaitAsync(Token);

        // What is placed as its own always finds room at once.
        Assert.False(waiting.IsCompleted);
        one.Dispose();
        using MemoryTurn two = await waiting.WaitAsync(Token);
        using MemoryTurn third = await turns.EnterAsync(own, Token);
        Assert.Equal(22, turns.Held("GPU"));
    }

    [Fact]
    public async Task EnterAsync_OtherInUse_IsInterruptedOnlyWhenPatienceEnds()
    {
        TurnRequest busy = Model("busy", 16, idleSeconds: 0);
        TurnRequest next = Model("next", 16);
        using MemoryTurns turns = Turns(busy, next);
        using MemoryTurn held = await turns.EnterAsync(busy, Token);

        Task<MemoryTurn> waiting = turns.EnterAsync(next, Token);
        Assert.False(held.MustLeave.IsCompleted);

        while (!held.MustLeave.IsCompleted)
        {
            Token.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Yield();
        }

        Assert.True(_time.GetUtcNow() - _time.Start >= MemoryTurns.Patience);
        held.Dispose();
        (await waiting.WaitAsync(Token)).Dispose();
    }

    [Fact]
    public async Task EnterAsync_ManyAtOnce_NeverHoldMoreThanTheBudget()
    {
        const int Seed = 7;
        Random random = new(Seed);
        TurnRequest[] models = [.. Enumerable.Range(0, 6).Select(i => Model($"m{i}", 6 + (2 * i)))];
        using MemoryTurns turns = Turns(models);
        int[] order = [.. Enumerable.Range(0, 60).Select(_ => random.Next(models.Length)).Distinct()];
        SemaphoreSlim[] single = [.. models.Select(_ => new SemaphoreSlim(1))];

        await Task.WhenAll(
            Enumerable
                .Range(0, 120)
                .Select(i => order[i % order.Length])
                .Select(async i =>
                {
                    // One engine of a model at a time, as its supervisor has it.
                    await single[i].WaitAsync(Token);
                    using (MemoryTurn turn = await turns.EnterAsync(models[i], Token))
                    {
                        long held = turns.Held("GPU");
                        Assert.True(held <= 24, $"{held} bytes of 24 are held, seed {Seed}");
                        await turn
                            .MustLeave.WaitAsync(TimeSpan.FromMilliseconds(2), TimeProvider.System, Token)
                            .ContinueWith(_ => { }, TaskScheduler.Default);
                    }

                    single[i].Release();
                })
        );

        Assert.Equal(0, turns.Held("GPU"));
    }
}
