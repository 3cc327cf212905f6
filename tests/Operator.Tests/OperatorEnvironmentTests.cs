namespace LlmOperator.Operator.Tests;

public sealed class OperatorEnvironmentTests
{
    private static OperatorOptions Read(params (string Name, string Value)[] variables) =>
        OperatorEnvironment.Read(name => variables.FirstOrDefault(v => v.Name == name).Value);

    [Fact]
    public void Read_Nothing_IsTheDefaults()
    {
        OperatorOptions options = Read();

        Assert.True(options.LeaderElection);
        Assert.False(options.AllowFileSources);
        Assert.Equal(TimeSpan.FromSeconds(60), options.NodeLostAfter);
        Assert.Null(options.ListenAddress);
    }

    [Fact]
    public void Read_Variables_AreUnderstood()
    {
        OperatorOptions options = Read(
            ("LLMOP_LEADER_ELECTION", "false"),
            ("LLMOP_NODE_LOST_AFTER", "5m"),
            ("LLMOP_MAX_INSPECTIONS", "7"),
            ("LLMOP_OLLAMA_REGISTRY", "http://registry.test:5000"),
            ("LLMOP_PLAIN_HTTP_HOSTS", "registry.test, other.test"),
            ("LLMOP_OPERATOR_LISTEN", "http://127.0.0.1:9090")
        );

        Assert.False(options.LeaderElection);
        Assert.Equal(TimeSpan.FromMinutes(5), options.NodeLostAfter);
        Assert.Equal(7, options.MaxConcurrentInspections);
        Assert.Equal(new Uri("http://registry.test:5000"), options.Sources.OllamaRegistry);
        Assert.Equal(["registry.test", "other.test"], options.Sources.AllowPlainHttpHosts);
        Assert.Equal(new Uri("http://127.0.0.1:9090"), options.ListenAddress);
    }

    [Fact]
    public void Read_LeaderElectionTimes_AreUnderstoodAndByDefaultReplaceAKilledLeaderWithinTenSeconds()
    {
        OperatorOptions named = Read(
            ("LLMOP_LEASE_DURATION", "15s"),
            ("LLMOP_RENEW_DEADLINE", "10s"),
            ("LLMOP_RETRY_PERIOD", "2s")
        );
        Assert.Equal(
            (15, 10, 2),
            (
                named.LeaseDuration.TotalSeconds,
                named.RenewDeadline.TotalSeconds,
                named.RetryPeriod.TotalSeconds
            )
        );

        // The other looks at the lease up to one try after the last renewal, waits, and comes up to one try late; a
        // try is at most 2.2 retry periods after the one before (jitter 1.2).
        OperatorOptions options = Read();
        TimeSpan latest = options.LeaseDuration + (2 * 2.2 * options.RetryPeriod);
        Assert.True(latest <= TimeSpan.FromSeconds(10), $"take-over may need {latest}");
        Assert.True(options.RenewDeadline < options.LeaseDuration);
        Assert.True(options.RenewDeadline > 1.2 * options.RetryPeriod);
    }

    [Theory]
    [InlineData("LLMOP_LEADER_ELECTION", "maybe")]
    [InlineData("LLMOP_NODE_LOST_AFTER", "soon")]
    [InlineData("LLMOP_MAX_INSPECTIONS", "many")]
    [InlineData("LLMOP_OLLAMA_REGISTRY", "registry")]
    public void Read_WrongValue_NamesTheVariable(string name, string value)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => Read((name, value)));

        Assert.Contains(name, e.Message, StringComparison.Ordinal);
        Assert.Contains(value, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_NamesEveryVariable()
    {
        List<string> asked = [];
        OperatorEnvironment.Read(name =>
        {
            asked.Add(name);
            return null;
        });

        Assert.All(asked, name => Assert.Contains(name, OperatorEnvironment.Help, StringComparison.Ordinal));
    }
}
