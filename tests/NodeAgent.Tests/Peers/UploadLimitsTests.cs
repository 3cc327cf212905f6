using LlmOperator.NodeAgent.Peers.Serving;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.NodeAgent.Tests.Peers;

public sealed class UploadLimitsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryBegin_AsManyAsMayBe_RefusesUntilOneEnds()
    {
        UploadLimits limits = new(2, 0, _time);
        Assert.True(limits.TryBegin(out IDisposable? first));
        Assert.True(limits.TryBegin(out _));
        Assert.False(limits.TryBegin(out _));
        first.Dispose();
        first.Dispose();
        Assert.Equal(1, limits.Open);
        Assert.True(limits.TryBegin(out _));
        Assert.False(limits.TryBegin(out _));
    }

    [Fact]
    public async Task TakeAsync_SeveralTransfers_ShareTheRate()
    {
        UploadLimits limits = new(4, 1000, _time);
        Task[] senders =
        [
            .. Enumerable
                .Range(0, 4)
                .Select(async _ =>
                {
                    for (int i = 0; i < 10; i++)
                    {
                        await limits.TakeAsync(250, TestContext.Current.CancellationToken);
                    }
                }),
        ];

        // 10,000 bytes at 1,000 a second, of which a quarter of a second may go at once.
        for (int step = 0; step < 95; step++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Assert.Contains(senders, sender => !sender.IsCompleted);
        await PassAsync(senders);
    }

    [Fact]
    public async Task TakeAsync_AfterAPause_GivesNoMoreThanTheBurst()
    {
        UploadLimits limits = new(1, 1000, _time);
        _time.Advance(TimeSpan.FromHours(1));
        await limits.TakeAsync(250, TestContext.Current.CancellationToken);
        Task next = limits.TakeAsync(250, TestContext.Current.CancellationToken);
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(250));
        await next;
    }

    [Fact]
    public async Task TakeAsync_WithoutARate_NeverWaits()
    {
        UploadLimits limits = new(1, 0, _time);
        await limits.TakeAsync(int.MaxValue, TestContext.Current.CancellationToken);
    }

    private async Task PassAsync(Task[] senders)
    {
        Task all = Task.WhenAll(senders);
        for (int step = 0; step < 1000 && !all.IsCompleted; step++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        Assert.True(all.IsCompletedSuccessfully);
    }
}
