using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Testing.Kubernetes;

namespace LlmOperator.Controllers.Tests.Status;

public sealed class StatusTests
{
    private static readonly DateTimeOffset s_start = DateTimeOffset.UnixEpoch.AddYears(56);

    [Fact]
    [Trait("Semantics", "C43")]
    public void Set_SameStatus_KeepsTheTransitionTime()
    {
        IReadOnlyList<Condition> first = ((IReadOnlyList<Condition>?)null).Set(
            "Ready",
            ConditionStatus.False,
            "Loading",
            "1 %",
            1,
            s_start
        );
        IReadOnlyList<Condition> second = first.Set(
            "Ready",
            ConditionStatus.False,
            "Loading",
            "2 %",
            2,
            s_start.AddHours(1)
        );
        IReadOnlyList<Condition> third = second.Set(
            "Ready",
            ConditionStatus.True,
            "Loaded",
            "",
            2,
            s_start.AddHours(2)
        );

        Condition unchanged = Assert.Single(second);
        Assert.Equal(
            (s_start, "2 %", 2L),
            (unchanged.LastTransitionTime, unchanged.Message, unchanged.ObservedGeneration)
        );
        Assert.Equal(s_start.AddHours(2), Assert.Single(third).LastTransitionTime);
        Assert.True(third.IsTrue("Ready"));
        Assert.False(third.IsTrue("Other"));
    }

    [Fact]
    [Trait("Semantics", "C43")]
    public void Initialize_FirstSight_MakesKnownConditionsUnknown()
    {
        IReadOnlyList<Condition> conditions = ((IReadOnlyList<Condition>?)null)
            .Set("Ready", ConditionStatus.True, "Loaded", "", 1, s_start)
            .Initialize(["Accepted", "Ready"], 1, s_start);

        Assert.Equal(ConditionStatus.Unknown, conditions.Find("Accepted")!.Status);
        Assert.True(conditions.IsTrue("Ready"));
    }

    [Fact]
    [Trait("Semantics", "C43")]
    public async Task WriteAsync_OnlyWhenChanged_ThroughTheSubresource()
    {
        CancellationToken cancelled = TestContext.Current.CancellationToken;
        await using WidgetServer server = await WidgetServer.StartAsync(cancelled);
        DelegatingKubernetesClient client = new(server.Client);
        StatusWriter writer = new(client, "widget-status");
        Widget widget = await server.CreateAsync("a", cancelled);
        WidgetStatus status = new()
        {
            Phase = "Ready",
            ObservedGeneration = 1,
            Conditions = ((IReadOnlyList<Condition>?)null).Set(
                "Ready",
                ConditionStatus.True,
                "Done",
                "",
                1,
                s_start.AddMilliseconds(123)
            ),
        };

        Widget written = await writer.WriteAsync<Widget, WidgetSpec, WidgetStatus>(widget, status, cancelled);
        Widget again = await writer.WriteAsync<Widget, WidgetSpec, WidgetStatus>(written, status, cancelled);

        Assert.Equal(1, client.Calls);
        Assert.Same(written, again);
        Assert.Equal(("Ready", 1L), (written.Status!.Phase, written.Metadata.Generation));
        Assert.Equal(1, written.Spec.Size);
    }
}
