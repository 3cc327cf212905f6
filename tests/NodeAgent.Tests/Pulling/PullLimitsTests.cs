using LlmOperator.Api.V1Alpha1;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Store;
using LlmOperator.Testing.Registries;
using LlmOperator.Testing.Waiting;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.NodeAgent.Tests.Pulling;

public sealed class PullLimitsTests
{
    private const int Unit = 64 << 10;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PayAsync_MoreThanTheRate_WaitsForTheRest()
    {
        FakeTimeProvider time = new();
        ByteBudget budget = new(1000, time);
        time.Advance(TimeSpan.FromMinutes(1));

        // A quarter of a second was kept.
        await budget.PayAsync(250, Token);
        Task second = budget.PayAsync(500, Token).AsTask();
        time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.False(second.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await second;
    }

    [Theory]
    [InlineData(0, 256 << 10)]
    [InlineData(32_000, 4 << 10)]
    [InlineData(3_200_000, 100_000)]
    public void Portion_OfARate_LetsAllGetOn(long rate, int portion) =>
        Assert.Equal(portion, new ByteBudget(rate, TimeProvider.System).Portion);

    [Fact]
    public void HostShares_SeveralFilesOfAHost_ShareItsConnections()
    {
        HostShares shares = new(16);
        using IDisposable first = shares.Join("models.example.com");
        Assert.Equal(16, shares.Of("models.example.com"));
        using (shares.Join("MODELS.example.com"))
        using (shares.Join("models.example.com"))
        {
            Assert.Equal(5, shares.Of("models.example.com"));
            Assert.Equal(16, shares.Of("other.example.com"));
        }

        Assert.Equal(16, shares.Of("models.example.com"));
    }

    [Fact]
    public async Task PullAsync_Paused_StopsAndGoesOnWithoutFetchingTwice()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = PullContent.Model();
        Uri url = registry.AddFile("m.gguf", content);
        registry.Inject(new RegistryFault.Slow(400_000) { Times = int.MaxValue });
        await using PullerFixture fixture = new(registry.Settings, Unit, connections: 2);
        Func<PullProgress>? look = null;
        Task<StoredModelFiles> pull = fixture.PullAsync(url, content.Digest, Token, l => look = l);
        await Eventually.IsTrueAsync(
            () => look?.Invoke() is { CompletedBytes: > Unit },
            "the pull has brought a unit"
        );

        fixture.Limits.Slots.Limit = 0;
        await Eventually.IsTrueAsync(
            () => look!().Error?.Contains("spec.parallelPulls", StringComparison.Ordinal) == true,
            "the pull says that it is paused"
        );
        long before = look!().CompletedBytes;
        int asked = registry.Requests.Count;
        Assert.Equal(PullState.Pending, look().State);
        registry.ClearFaults();
        fixture.Limits.Slots.Limit = 2;

        Assert.Equal(content.Digest, (await pull).Digest);
        Assert.True(registry.Requests.Count > asked);
        Assert.InRange(before, Unit, content.Length - 1);
        // What was on the way to the two connections when they were closed: a span of each at most.
        int spans = 2 * new PullOptions().SpanUnits * Unit;
        Assert.InRange(registry.SentBytes, content.Length, content.Length + spans);
    }

    [Fact]
    public async Task PullAsync_RateLimited_StillFetchesEachByteOnce()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = PullContent.Model();
        Uri url = registry.AddFile("m.gguf", content);
        await using PullerFixture fixture = new(
            registry.Settings,
            Unit,
            connections: 4,
            mostBytesPerSecond: 2 * content.Length
        );
        Func<PullProgress>? look = null;

        await fixture.PullAsync(url, content.Digest, Token, l => look = l);

        Assert.Equal(content.Length + 1, registry.SentBytes);
        // Half a second for all of it, less the quarter that is kept.
        Assert.True(look!().FinishedAt - look().StartedAt >= TimeSpan.FromMilliseconds(200));
    }
}
