using System.Text.Json.Nodes;
using LlmOperator.Cli.Getting;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Cli.Tests.Getting;

public sealed class ServerTableTests
{
    private const string Table = """
        {
          "columnDefinitions": [{"name":"Name","priority":0},{"name":"Ready","priority":0},{"name":"Message","priority":1}],
          "rows": [{"cells":["demo",null,"all well"],"object":{"metadata":{"namespace":"default"}}}]
        }
        """;

    [Fact]
    public void Render_Narrow_LeavesWideColumnsOut() =>
        Assert.Equal(
            "NAME   READY\ndemo   <none>\n",
            ServerTable.Render(JsonNode.Parse(Table)!.AsObject(), wide: false, withNamespace: false)
        );

    [Fact]
    public void Render_WideOfAllNamespaces_ShowsEverything() =>
        Assert.Equal(
            "NAMESPACE   NAME   READY    MESSAGE\ndefault     demo   <none>   all well\n",
            ServerTable.Render(JsonNode.Parse(Table)!.AsObject(), wide: true, withNamespace: true)
        );

    [Theory]
    [InlineData("json", "\"kind\": \"A\"")]
    [InlineData("yaml", "kind: A\n")]
    [InlineData("name", "a/x\n")]
    public void Write_OneObject_DropsManagedFields(string output, string expected)
    {
        JsonNode document = JsonNode.Parse(
            """{"apiVersion":"v1","kind":"A","metadata":{"name":"x","managedFields":[{}]}}"""
        )!;
        ResourceDefinition kind = new("", "v1", "A", "as", ResourceScope.Cluster);

        string text = DocumentWriter.Write([document], new GetRequest([kind], "x", null, null, output));

        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.DoesNotContain("managedFields", text, StringComparison.Ordinal);
    }
}
