using System.Text.Json.Nodes;
using LlmOperator.Controllers.Status;

namespace LlmOperator.Controllers.Tests.Status;

public sealed class StatusRemovalsTests
{
    [Fact]
    public void Between_ObjectsThatAreGone_AreNullAndTheRestIsLeftOut()
    {
        JsonObject before = Parse(
            """{"a":1,"gone":{"x":1},"list":[{"y":{}}],"kept":{"gone":{},"z":{"v":1}}}"""
        );
        JsonObject after = Parse("""{"list":[],"kept":{"z":{"v":2}}}""");

        JsonObject removals = StatusRemovals.Between(before, after);

        Assert.Equal("""{"gone":null,"kept":{"gone":null}}""", removals.ToJsonString());
    }

    [Fact]
    public void Between_NoObjectIsGone_IsEmpty() =>
        Assert.Empty(StatusRemovals.Between(Parse("""{"a":1,"o":{"b":2}}"""), Parse("""{"o":{}}""")));

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
