using System.CommandLine;
using LlmOperator.Cli.Commands;
using LlmOperator.Cli.Connection;
using LlmOperator.Cli.Up;

namespace LlmOperator.Cli.Tests.Up;

public sealed class UpOptionSetTests
{
    [Fact]
    public void Read_NodesAndMemory_NamesNodesAndRepeatsTheLastBudget()
    {
        UpOptions options = Read("up --nodes 3 --node-memory 8Gi --node-memory 2Gi");

        Assert.Equal(["local", "local-2", "local-3"], options.NodeNames);
        Assert.Equal(
            [8L << 30, 2L << 30, 2L << 30],
            Enumerable.Range(0, 3).Select(i => options.BudgetOf(i)!.Value)
        );
    }

    [Theory]
    [InlineData("up --nodes 0", "--nodes 0")]
    [InlineData("up --nodes 65", "--nodes 65")]
    [InlineData("up --node-memory lots", "--node-memory lots")]
    [InlineData("up --router-port 70000", "--router-port 70000")]
    public void Read_ImpossibleValue_NamesTheOption(string line, string expected)
    {
        CliException error = Assert.Throws<CliException>(() => Read(line));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(2, error.ExitCode);
    }

    [Fact]
    public async Task Read_MirrorWithToken_TakesItFromItsFile()
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, " s3cret\n", TestContext.Current.CancellationToken);

        UpOptions options = Read($"up --mirror http://mirror.example:11401 --mirror-token-file {file}");
        File.Delete(file);
        CliException missing = Assert.Throws<CliException>(() =>
            Read($"up --mirror http://mirror.example --mirror-token-file {file}")
        );

        Assert.Equal("http://mirror.example:11401", options.Origins.Mirror);
        Assert.Equal("s3cret", options.Origins.MirrorToken);
        Assert.DoesNotContain("s3cret", options.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("--mirror-token-file: ", missing.Message, StringComparison.Ordinal);
    }

    private static UpOptions Read(string line)
    {
        UpOptionSet set = new();
        Command command = new("up");
        set.AddTo(command);
        RootCommand root = new() { command };
        return set.Read(root.Parse(line), new DataDirectory("/nowhere"));
    }
}
