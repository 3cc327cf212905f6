using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.LlmModels;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.Operator.Tests.LlmModels;

/// <summary>Other words wait, other facts do not.</summary>
public sealed class StatusPaceTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Wait_OnlyWordsChanged_UntilTheTimeIsOver()
    {
        StatusPace pace = new(_time);
        LlmModel model = Model(Status("pulling 10%"));
        Assert.Equal(TimeSpan.Zero, pace.Wait(model, Status("pulling 20%")));

        pace.Wrote(model.Key);
        Assert.Equal(StatusPace.BetweenWords, pace.Wait(model, Status("pulling 20%")));

        _time.Advance(StatusPace.BetweenWords);
        Assert.Equal(TimeSpan.Zero, pace.Wait(model, Status("pulling 30%")));
    }

    [Fact]
    public void Wait_AConditionOrANumberChanged_AtOnce()
    {
        StatusPace pace = new(_time);
        LlmModel model = Model(Status("pulling 10%"));
        pace.Wrote(model.Key);

        Assert.Equal(TimeSpan.Zero, pace.Wait(model, Status("all stored", ConditionStatus.True)));
        Assert.Equal(
            TimeSpan.Zero,
            pace.Wait(model, Status("pulling 10%") with { Replicas = new ReplicaCounts { Stored = 1 } })
        );
        Assert.Equal(TimeSpan.Zero, pace.Wait(model, Status("pulling 10%") with { ObservedGeneration = 2 }));
    }

    private static LlmModel Model(LlmModelStatus status) =>
        new()
        {
            Metadata = new ObjectMeta { Name = "a", Namespace = "default" },
            Status = status,
        };

    private static LlmModelStatus Status(string message, ConditionStatus stored = ConditionStatus.False) =>
        new()
        {
            ObservedGeneration = 1,
            Conditions = ((IReadOnlyList<Condition>?)null).Set(
                LlmModelConditions.Stored,
                stored,
                "Reason",
                message,
                1,
                DateTimeOffset.UnixEpoch
            ),
        };
}
