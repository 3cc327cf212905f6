using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Tables;

namespace LlmOperator.ApiServer.Tests.Tables;

public class TableTests
{
    private const string AsTable = "application/json;as=Table;g=meta.k8s.io;v=v1,application/json";

    [Fact]
    public async Task List_AsTable_HasColumnsAndCells()
    {
        await using var server = await WidgetServer.StartAsync();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok();
        (
            await server.MergeAsync(
                $"{WidgetServer.Widgets}/one/status",
                """{"status":{"conditions":[{"type":"Other","status":"False"},{"type":"Ready","status":"True"}]}}"""
            )
        ).Ok();
        var table = (await server.GetAsync(WidgetServer.Widgets, AsTable)).Ok().Json;
        Assert.Equal("Table", (string)table["kind"]!);
        Assert.Equal(
            ["Name", "Ready", "Replicas", "Node", "Age"],
            table["columnDefinitions"]!.AsArray().Select(c => (string)c!["name"]!)
        );
        var row = Assert.Single(table["rows"]!.AsArray())!;
        Assert.Equal(
            """["one","True",1,null]""",
            new JsonArray([.. row["cells"]!.AsArray().Take(4).Select(c => c?.DeepClone())]).ToJsonString()
        );
        Assert.Equal("PartialObjectMetadata", (string)row["object"]!["kind"]!);
        Assert.Equal("one", (string)row["object"]!["metadata"]!["name"]!);
    }

    [Theory]
    [InlineData("None", null)]
    [InlineData("Object", "Widget")]
    [InlineData("Metadata", "PartialObjectMetadata")]
    public async Task List_IncludeObject_DecidesWhatRowsCarry(string include, string? kind)
    {
        await using var server = await WidgetServer.StartAsync();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok();
        var table = await server.GetAsync($"{WidgetServer.Widgets}?includeObject={include}", AsTable);
        Assert.Equal(kind, (string?)table.Ok().Json["rows"]![0]!["object"]?["kind"]);
    }

    [Fact]
    public async Task List_AsPartialMetadata_HasNoSpec()
    {
        await using var server = await WidgetServer.StartAsync();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok();
        var list = (
            await server.GetAsync(
                WidgetServer.Widgets,
                "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
            )
        ).Ok();
        Assert.Equal("PartialObjectMetadataList", (string)list.Json["kind"]!);
        Assert.Equal(["one"], list.Names);
        Assert.Null(list.Items[0]!["spec"]);
    }

    [Theory]
    [InlineData(".spec.a", "1")]
    [InlineData(".spec['a']", "1")]
    [InlineData(".spec.list[0]", "x")]
    [InlineData(".spec.list[-1]", "y")]
    [InlineData(".spec.list[-1:]", "y")]
    [InlineData(".spec.list[*]", "x,y")]
    [InlineData(".spec.items[?(@.type==\"b\")].value", "2")]
    [InlineData(".spec.items[?(@.type=='b')].value", "2")]
    [InlineData(".spec.items[?(@.type!=\"b\")].value", "1")]
    [InlineData(".spec.items[*].value", "1,2")]
    [InlineData(".spec.dotted\\.name", "d")]
    [InlineData(".spec.none.deeper", "")]
    public void JsonPath_AsCrdsUseIt(string path, string expected)
    {
        var item = JsonNode.Parse(
            """
            {"spec":{"a":"1","list":["x","y"],"dotted.name":"d",
              "items":[{"type":"a","value":"1"},{"type":"b","value":"2"}]}}
            """
        );
        Assert.Equal(expected, string.Join(',', JsonPath.Find(item, path).Select(n => (string)n!)));
    }

    [Theory]
    [InlineData(5, "5s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(192, "3m12s")]
    [InlineData(3600, "60m")]
    [InlineData(3 * 3600 + 60, "3h1m")]
    [InlineData(9 * 3600, "9h")]
    [InlineData(50 * 3600, "2d2h")]
    [InlineData(30 * 86400, "30d")]
    [InlineData(800 * 86400, "2y70d")]
    [InlineData(-5, "<invalid>")]
    public void Age_IsShownAsKubectlDoes(long seconds, string expected) =>
        Assert.Equal(expected, Age.Show(TimeSpan.FromSeconds(seconds)));
}
