using LlmOperator.NodeAgent.Replicas;

namespace LlmOperator.NodeAgent.Tests.Replicas;

public sealed class RestartBackoffTests
{
    [Fact]
    public void Next_FailureAfterFailure_DoublesUpToFiveMinutes()
    {
        RestartBackoff backoff = new();

        double[] seconds = [.. Enumerable.Range(0, 12).Select(_ => backoff.Next(TimeSpan.Zero).TotalSeconds)];

        Assert.Equal([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300], seconds);
    }

    [Fact]
    public void Next_TenHealthyMinutes_BeginsAgain()
    {
        RestartBackoff backoff = new();
        backoff.Next(TimeSpan.Zero);
        backoff.Next(TimeSpan.Zero);

        Assert.Equal(TimeSpan.FromSeconds(2), backoff.Next(TimeSpan.FromMinutes(9.9)));
        Assert.Equal(TimeSpan.Zero, backoff.Next(TimeSpan.FromMinutes(10)));
    }
}
