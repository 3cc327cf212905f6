using LlmOperator.Controllers.Conflicts;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Testing.Waiting;
using Microsoft.Extensions.Time.Testing;
using static LlmOperator.Testing.Kubernetes.ScriptedWatchClient;

namespace LlmOperator.Controllers.Tests.Conflicts;

public sealed class ConflictRetryTests
{
    private readonly PauseRecorder _time = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Semantics", "C44")]
    public async Task RunAsync_Conflicts_AreTriedFiveTimesTenMillisecondsApart()
    {
        int tries = 0;
        Task<int> running = new ConflictRetry(_time, new Random(1)).RunAsync<int>(
            _ =>
            {
                tries++;
                throw Refusal(409, "Conflict");
            },
            Cancelled
        );
        await Eventually.IsTrueAsync(
            () => running.IsCompleted,
            "the last try",
            () => _time.Advance(TimeSpan.FromMilliseconds(0.5))
        );

        Assert.True((await Assert.ThrowsAsync<KubernetesApiException>(() => running)).IsConflict);
        Assert.Equal((5, 4), (tries, _time.Pauses.Count));
        Assert.All(_time.Pauses, pause => Assert.InRange(pause.TotalMilliseconds, 10, 11));
    }

    [Fact]
    [Trait("Semantics", "C44")]
    public async Task RunAsync_ConflictThenSuccess_ReadsAgainAndAnswers()
    {
        int version = 0;
        Task<int> running = new ConflictRetry(_time, new Random(1)).RunAsync(
            _ => ++version < 3 ? throw Refusal(409, "Conflict") : Task.FromResult(version),
            Cancelled
        );
        await Eventually.IsTrueAsync(
            () => running.IsCompleted,
            "the answer",
            () => _time.Advance(TimeSpan.FromMilliseconds(1))
        );

        Assert.Equal(3, await running);
    }

    [Theory]
    [Trait("Semantics", "C44")]
    [InlineData(409, "AlreadyExists")]
    [InlineData(422, "Invalid")]
    public async Task RunAsync_OtherRefusal_IsNotTriedAgain(int code, string reason)
    {
        int tries = 0;

        await Assert.ThrowsAsync<KubernetesApiException>(() =>
            new ConflictRetry(_time, new Random(1)).RunAsync<int>(
                _ =>
                {
                    tries++;
                    throw Refusal(code, reason);
                },
                Cancelled
            )
        );

        Assert.Equal(1, tries);
    }

    private sealed class PauseRecorder : FakeTimeProvider
    {
        public List<TimeSpan> Pauses { get; } = [];

        public override ITimer CreateTimer(
            TimerCallback callback,
            object? state,
            TimeSpan dueTime,
            TimeSpan period
        )
        {
            Pauses.Add(dueTime);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
