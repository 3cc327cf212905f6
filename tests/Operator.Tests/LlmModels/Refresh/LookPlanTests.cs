using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.LlmModels.Refresh;

namespace LlmOperator.Operator.Tests.LlmModels.Refresh;

public sealed class LookPlanTests
{
    private static readonly ModelSource s_ollama = new()
    {
        Ollama = new OllamaModelSource { Name = "tiny:v1" },
    };

    [Fact]
    public void CanMove_NamesOfRegistries_ButNoUrlAndNoFile()
    {
        Assert.True(LookPlan.CanMove(s_ollama));
        Assert.True(LookPlan.CanMove(new ModelSource { Oci = new OciModelSource { Reference = "r/a:1" } }));
        Assert.True(
            LookPlan.CanMove(new ModelSource { HuggingFace = new HuggingFaceModelSource { Repo = "a/b" } })
        );
        Assert.False(
            LookPlan.CanMove(new ModelSource { Http = new HttpModelSource { Url = "https://h/m" } })
        );
        Assert.False(LookPlan.CanMove(new ModelSource { File = new FileModelSource { Path = "/m" } }));
    }

    [Theory]
    [InlineData(null, false, 24.0)]
    [InlineData(SourceRefresh.Never, false, 24.0)]
    [InlineData(SourceRefresh.OnChange, true, null)]
    [InlineData(SourceRefresh.Interval, true, 24.0)]
    public void Interval_EachRefresh_FollowsOrTellsOnly(SourceRefresh? refresh, bool follows, double? hours)
    {
        ModelSource source = s_ollama with { Refresh = refresh };

        Assert.Equal(follows, LookPlan.Follows(source));
        Assert.Equal(hours, LookPlan.Interval(source)?.TotalHours);
    }

    [Fact]
    public void Interval_Given_IsTaken() =>
        Assert.Equal(
            TimeSpan.FromMinutes(90),
            LookPlan.Interval(
                s_ollama with
                {
                    Refresh = SourceRefresh.Interval,
                    RefreshInterval = Duration.From(TimeSpan.FromMinutes(90)),
                }
            )
        );

    [Fact]
    public void FirstAndNext_Chance_SpreadsTheLooks()
    {
        TimeSpan hour = TimeSpan.FromHours(1);

        Assert.Equal([0, 30, 60], new[] { 0, 0.5, 1 }.Select(c => LookPlan.First(hour, c).TotalMinutes));
        Assert.Equal([60, 63, 66], new[] { 0, 0.5, 1 }.Select(c => LookPlan.Next(hour, c).TotalMinutes));
    }

    [Fact]
    public void Retry_FailuresInARow_DoublesUpToAnHourAndNoLongerThanTheInterval()
    {
        Assert.Equal(
            [1, 2, 4, 32, 60, 60],
            new[] { 1, 2, 3, 6, 7, 1000 }.Select(n => LookPlan.Retry(null, n, null, 0).TotalMinutes)
        );
        Assert.Equal(1.5, LookPlan.Retry(null, 1, null, 1).TotalMinutes);
        Assert.Equal(10, LookPlan.Retry(TimeSpan.FromMinutes(10), 9, null, 0).TotalMinutes);
        // What the source asks for counts in any case.
        Assert.Equal(
            90,
            LookPlan.Retry(TimeSpan.FromMinutes(10), 1, TimeSpan.FromMinutes(90), 0).TotalMinutes
        );
    }
}
