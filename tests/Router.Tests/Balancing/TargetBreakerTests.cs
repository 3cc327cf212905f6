using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Router.Balancing;
using LlmOperator.Router.Balancing.Breaking;
using Microsoft.Extensions.Time.Testing;
using Polly.CircuitBreaker;

namespace LlmOperator.Router.Tests.Balancing;

public sealed class TargetBreakerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly BreakerLimits _limits = new()
    {
        Open = Duration.Parse("2s"),
        MaxOpen = Duration.Parse("5s"),
    };

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public async Task Errors_FromHalfOfFiveOn_TheTargetIsLeftAlone(int errors, bool mayBeAsked)
    {
        TargetBreaker breaker = new(_time);
        for (int i = 0; i < errors; i++)
        {
            await FailAsync(breaker, FailureKind.Error);
        }

        Assert.Equal(mayBeAsked, breaker.Refusal(_limits) is null);
    }

    [Fact]
    public async Task Errors_FewAmongManyAnswers_AreForgiven()
    {
        TargetBreaker breaker = new(_time);
        for (int i = 0; i < 20; i++)
        {
            await SucceedAsync(breaker);
            await SucceedAsync(breaker);
            await FailAsync(breaker, FailureKind.Error);
        }

        Assert.Null(breaker.Refusal(_limits));
    }

    [Theory]
    [InlineData(nameof(FailureKind.Silent), false)]
    [InlineData(nameof(FailureKind.Gone), true)]
    public async Task NoAnswerAtAll_Once_IsLeftAloneAtOnceWhateverCameBefore(string kind, bool inNeed)
    {
        TargetBreaker breaker = new(_time);
        for (int i = 0; i < 50; i++)
        {
            await SucceedAsync(breaker);
        }

        _time.Advance(TimeSpan.FromMilliseconds(1));
        await FailAsync(breaker, Enum.Parse<FailureKind>(kind));

        TargetRefusal refusal = breaker.Refusal(_limits)!;
        Assert.Equal(TimeSpan.FromSeconds(2), refusal.RetryIn);
        Assert.Equal(inNeed, refusal.MayBeAskedInNeed);
        Assert.Null(await breaker.TryEnterAsync(_limits));
        Assert.Equal(CircuitState.Open, breaker.State);
    }

    [Fact]
    public async Task NoAnswer_WhileOthersWereAnswered_IsOneFailureAmongMany()
    {
        TargetBreaker breaker = new(_time);
        await using BreakerPass slow = (await breaker.TryEnterAsync(_limits))!;
        _time.Advance(TimeSpan.FromSeconds(10));
        await SucceedAsync(breaker);
        _time.Advance(TimeSpan.FromSeconds(10));

        await slow.FailedAsync("late", FailureKind.Silent);

        Assert.Null(breaker.Refusal(_limits));
    }

    [Fact]
    public async Task AfterTheWait_OneTriesAndItsAnswerClosesTheCircuit()
    {
        TargetBreaker breaker = new(_time);
        await FailAsync(breaker, FailureKind.Gone);
        _time.Advance(TimeSpan.FromSeconds(2));

        await using BreakerPass probe = (await breaker.TryEnterAsync(_limits))!;
        Assert.True(probe.IsProbe);
        Assert.Null(await breaker.TryEnterAsync(_limits));
        Assert.Equal(CircuitState.HalfOpen, breaker.State);
        probe.Succeeded();
        await probe.DisposeAsync();

        Assert.Equal(CircuitState.Closed, breaker.State);
        await SucceedAsync(breaker);
    }

    [Fact]
    public async Task AfterTheWait_ProbesThatFail_DoubleTheWaitUpToItsLimit()
    {
        TargetBreaker breaker = new(_time);
        await FailAsync(breaker, FailureKind.Gone);
        List<double> waits = [];
        for (int i = 0; i < 4; i++)
        {
            TimeSpan wait = breaker.Refusal(_limits)!.RetryIn;
            waits.Add(wait.TotalSeconds);
            _time.Advance(wait);
            await FailAsync(breaker, FailureKind.Silent);
        }

        Assert.Equal([2, 4, 5, 5], waits);
    }

    [Fact]
    public async Task Probe_ClientLeaves_TheTargetIsNotTakenForWell()
    {
        TargetBreaker breaker = new(_time);
        await FailAsync(breaker, FailureKind.Gone);
        _time.Advance(TimeSpan.FromSeconds(2));
        await (await breaker.TryEnterAsync(_limits))!.DisposeAsync();

        Assert.Equal(CircuitState.Open, breaker.State);
    }

    [Fact]
    public async Task TwoPolicies_WithLimitsOfTheirOwn_LearnFromEachOther()
    {
        TargetBreaker breaker = new(_time);
        BreakerLimits other = new() { MinRequests = 50 };
        Assert.Null(breaker.Refusal(other));

        await FailAsync(breaker, FailureKind.Silent);

        Assert.NotNull(breaker.Refusal(other));
        Assert.NotNull(breaker.Refusal(_limits));
    }

    [Fact]
    public async Task InNeed_AnAnswerClosesTheCircuit()
    {
        TargetBreaker breaker = new(_time);
        await FailAsync(breaker, FailureKind.Gone);
        await using (BreakerPass pass = breaker.EnterInNeed(_limits))
        {
            pass.Succeeded();
        }

        Assert.Null(breaker.Refusal(_limits));
    }

    [Fact]
    public void AskNotBefore_NotReady_IsNoLimitAndMayBeAskedInNeed()
    {
        TargetLoad load = new(_time);

        load.AskNotBefore(TimeSpan.FromSeconds(2), isRateLimit: false);

        Assert.True(load.Refusal(_limits) is { IsRateLimit: false, MayBeAskedInNeed: true });
    }

    [Fact]
    public void AskNotBefore_ShorterWaitOfAnotherKind_TheLongerOneAndItsKindHold()
    {
        TargetLoad load = new(_time);

        load.AskNotBefore(TimeSpan.FromSeconds(30), isRateLimit: true);
        load.AskNotBefore(TimeSpan.FromSeconds(2), isRateLimit: false);

        Assert.True(
            load.Refusal(_limits) is { IsRateLimit: true, MayBeAskedInNeed: false, RetryIn.TotalSeconds: 30 }
        );
    }

    [Fact]
    public void AskNotBefore_UntilThen_NobodyAsks()
    {
        TargetLoad load = new(_time);
        load.AskNotBefore(TimeSpan.FromSeconds(30), isRateLimit: true);
        load.AskNotBefore(TimeSpan.FromSeconds(3), isRateLimit: true);

        Assert.True(load.Refusal(_limits) is { IsRateLimit: true, RetryIn.TotalSeconds: 30 });
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Null(load.Refusal(_limits));
    }

    private async Task FailAsync(TargetBreaker breaker, FailureKind kind)
    {
        await using BreakerPass pass = (await breaker.TryEnterAsync(_limits))!;
        await pass.FailedAsync("it failed", kind);
    }

    private async Task SucceedAsync(TargetBreaker breaker)
    {
        await using BreakerPass pass = (await breaker.TryEnterAsync(_limits))!;
        pass.Succeeded();
    }
}
