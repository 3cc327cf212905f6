using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Statistics;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.Router.Tests.Statistics;

public sealed class RouterStatisticsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Read_Samples_GiveMedian90thAnd95thPercentile()
    {
        TargetStatistics statistics = new(_time);
        for (int i = 1; i <= 100; i++)
        {
            statistics.Add(
                100,
                new TokenUsage(100, 11),
                TimeSpan.FromMilliseconds(i),
                TimeSpan.FromMilliseconds(i + 1000)
            );
        }

        TargetFigures figures = statistics.Read();

        Assert.Equal(new Quantiles(0.050, 0.090, 100) { P95 = 0.095 }, figures.FirstToken);
        // Ten tokens in one second after the first.
        Assert.Equal(10, figures.TokensPerSecond!.Median, 6);
        Assert.Equal(11, figures.OutputTokens!.Median);
    }

    [Fact]
    public void Read_OldSamples_AreForgotten()
    {
        TargetStatistics statistics = new(_time);
        statistics.Add(100, null, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(10));
        _time.Advance(SampleWindow.MaxAge);
        statistics.Add(100, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(new Quantiles(1, 1, 1), statistics.Read().FirstToken);
        _time.Advance(SampleWindow.MaxAge);
        Assert.Null(statistics.Read().FirstToken);
    }

    [Fact]
    public void Read_ManySamples_KeepAFixedNumber()
    {
        TargetStatistics statistics = new(_time);
        for (int i = 0; i < 10_000; i++)
        {
            statistics.Add(100, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        }

        Assert.Equal(SampleWindow.Size, statistics.Read().FirstToken!.Samples);
    }

    [Fact]
    public void FirstTokenOf_PromptsOfManyLengths_FollowTheLine()
    {
        TargetStatistics statistics = new(_time);
        Random random = new(1);
        for (int i = 0; i < 100; i++)
        {
            int tokens = random.Next(100, 8000);
            double seconds = 0.2 + (tokens * 0.001) + (random.NextDouble() * 0.02);
            statistics.Add(
                tokens,
                new TokenUsage(tokens, 10),
                TimeSpan.FromSeconds(seconds),
                TimeSpan.FromSeconds(seconds + 1)
            );
        }

        Assert.Equal(4.2, statistics.Read().FirstTokenOf(4000)!.Value, 0.05);
        Assert.Equal(0.7, statistics.Read().FirstTokenOf(500)!.Value, 0.05);
    }

    [Fact]
    public void FirstTokenOf_PromptsOfOneLength_IsTheMedian()
    {
        TargetStatistics statistics = new(_time);
        for (int i = 0; i < 20; i++)
        {
            statistics.Add(
                1000,
                new TokenUsage(1000, 10),
                TimeSpan.FromSeconds(1 + (i % 2)),
                TimeSpan.FromSeconds(3)
            );
        }

        Assert.Null(statistics.Read().Line);
        Assert.Equal(1, statistics.Read().FirstTokenOf(9000));
    }

    [Fact]
    public void TokensOf_UsageThatDiffersFromTheEstimate_IsLearned()
    {
        TargetStatistics statistics = new(_time);
        Assert.Equal(1000, statistics.Read().TokensOf(1000));
        for (int i = 0; i < 60; i++)
        {
            statistics.Add(1000, new TokenUsage(1600, 5), null, TimeSpan.FromSeconds(1));
        }

        Assert.InRange(statistics.Read().TokensOf(1000), 1590, 1600);
        Assert.Equal(2.5, statistics.Read().CharactersPerToken, 0.01);
    }

    [Fact]
    public void CachedShare_UsageThatTellsIt_IsLearned()
    {
        TargetStatistics statistics = new(_time);
        Assert.Equal(0, statistics.Read().CachedShare);
        for (int i = 0; i < 60; i++)
        {
            statistics.Add(1000, new TokenUsage(1000, 5, 750), null, TimeSpan.FromSeconds(1));
        }

        Assert.Equal(0.75, statistics.Read().CachedShare, 0.01);
    }

    [Fact]
    public void Threshold_LocalAndCloudLines_CrossWhereBothTakeTheSame()
    {
        TargetFigures local = Line(0.1, 0.002, tokensPerSecond: 50);
        TargetFigures cloud = Line(0.9, 0.0001, tokensPerSecond: 50);

        // 0.1 + 0.002 x = 0.9 + 0.0001 x
        Assert.Equal(421, SwitchingThreshold.Between(local, cloud));
        Assert.Null(SwitchingThreshold.Between(cloud, TargetFigures.Unknown));
        Assert.Equal(0, SwitchingThreshold.Between(Line(2, 0.002, 5), cloud));
        // A local model that is faster whatever the length has no threshold.
        Assert.Equal(int.MaxValue, SwitchingThreshold.Between(Line(0.1, 0.0001, 50), cloud));
    }

    private static TargetFigures Line(double seconds, double perToken, double tokensPerSecond) =>
        new()
        {
            FirstToken = new Quantiles(seconds, seconds, 50),
            TokensPerSecond = new Quantiles(tokensPerSecond, tokensPerSecond, 50),
            OutputTokens = new Quantiles(100, 100, 50),
            Line = (seconds, perToken),
        };
}
