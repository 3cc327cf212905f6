using LlmOperator.Cli.Output;

namespace LlmOperator.Cli.Tests.Output;

public sealed class TextTableTests
{
    [Fact]
    public void ToString_Rows_AlignsColumnsAndLeavesTheLastBare()
    {
        TextTable table = new();
        table.Add(["NAME", "READY", "AGE"]);
        table.Add(["a-longer-name", "True", "3s"]);

        Assert.Equal("NAME            READY   AGE\na-longer-name   True    3s\n", table.ToString());
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(24L << 30, "24.0 GiB")]
    public void Format_Bytes_ReadsWell(long bytes, string expected) =>
        Assert.Equal(expected, ByteSize.Format(bytes));
}
