using LlmOperator.Api.V1Alpha1;
using LlmOperator.Cli.Planning;

namespace LlmOperator.Cli.Tests.Planning;

public sealed class InventedNodeTests
{
    [Fact]
    public void Parse_GpusAndRam_AreTheNodesDevices()
    {
        LlmNode node = InventedNode.Parse("big=gpu:24GiB,gpu:12Gi,ram:64GB");

        Assert.Equal("big", node.Metadata.Name);
        Assert.Equal(
            [
                ("GPU0", DeviceKind.Gpu, 24L << 30),
                ("GPU1", DeviceKind.Gpu, 12L << 30),
                ("CPU", DeviceKind.Cpu, 64_000_000_000),
            ],
            node.Status!.Devices.Select(d => (d.Name, d.Kind, d.BudgetBytes))
        );
    }

    [Theory]
    [InlineData("big")]
    [InlineData("=gpu:1GiB")]
    [InlineData("big=gpu")]
    [InlineData("big=tpu:1GiB")]
    [InlineData("big=gpu:much")]
    [InlineData("big=gpu:-1GiB")]
    [InlineData("big=ram:1GiB,ram:1GiB")]
    public void Parse_NotANode_SaysSoWithAnExample(string text)
    {
        CliException error = Assert.Throws<CliException>(() => InventedNode.Parse(text));

        Assert.Equal(2, error.ExitCode);
    }
}
