using LlmOperator.Cli.Stores;

namespace LlmOperator.Cli.Tests.Stores;

public sealed class RunningAgentTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8411")]
    [InlineData("http://[::1]:8411/")]
    public void AddressOf_Loopback_IsThatOfTheAgent(string address) =>
        Assert.Equal(address.TrimEnd('/') + "/", RunningAgent.AddressOf("n1", address).ToString());

    [Fact]
    public void AddressOf_AnotherMachine_IsNotGivenTheToken()
    {
        CliException error = Assert.Throws<CliException>(() =>
            RunningAgent.AddressOf("n1", "http://10.0.0.7:8411")
        );

        Assert.Contains("run `llmop store` there", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddressOf_NoNode_SaysWhereToLook() =>
        Assert.Contains(
            "llmop get llmnodes",
            Assert.Throws<CliException>(() => RunningAgent.AddressOf("n1", null)).Message,
            StringComparison.Ordinal
        );
}
