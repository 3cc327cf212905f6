using LlmOperator.Router.Mcp;

namespace LlmOperator.Router.Tests.Mcp;

public sealed class McpToolListTests
{
    [Fact]
    public void Result_EveryTool_HasAnObjectForASchemaAndCannotChangeAnything()
    {
        Assert.Equal(["generate", "list_models", "code"], McpToolList.Result.Tools.Select(t => t.Name));
        Assert.All(
            McpToolList.Result.Tools,
            tool =>
            {
                Assert.Equal("object", tool.InputSchema.GetProperty("type").GetString());
                Assert.True(tool.Annotations!.ReadOnlyHint);
                Assert.False(string.IsNullOrWhiteSpace(tool.Description));
            }
        );
    }
}
