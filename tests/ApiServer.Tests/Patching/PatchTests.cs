using System.Net;
using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Tests.Patching;

public class PatchTests
{
    private const string One = $"{WidgetServer.Widgets}/one";
    private const string Full =
        """{"size":"Small","args":["a","b"],"labels":{"x":"1","y":"2"},"extra":{"a~b":{"c/d":1}}}""";

    [Theory]
    [InlineData("""{"spec":{"labels":{"x":null}}}""", """{"y":"2"}""", "labels")]
    [InlineData("""{"spec":{"labels":{"z":"3"}}}""", """{"x":"1","y":"2","z":"3"}""", "labels")]
    [InlineData("""{"spec":{"args":["c"]}}""", """["c"]""", "args")]
    [InlineData("""{"spec":{"labels":{}}}""", """{"x":"1","y":"2"}""", "labels")]
    [InlineData(
        """{"spec":{"extra":{"n":{"deep":{"gone":null,"kept":1}}}}}""",
        """{"a~b":{"c/d":1},"n":{"deep":{"kept":1}}}""",
        "extra"
    )]
    public async Task MergePatch_FollowsRfc7386(string patch, string expected, string field)
    {
        await using var server = await StartAsync();
        var answer = (await server.MergeAsync(One, patch)).Ok();
        Assert.Equal(expected, answer.Json["spec"]![field]!.ToJsonString());
    }

    [Theory]
    [InlineData("""[{"op":"add","path":"/spec/args/-","value":"c"}]""", """["a","b","c"]""", "args")]
    [InlineData("""[{"op":"add","path":"/spec/args/0","value":"c"}]""", """["c","a","b"]""", "args")]
    [InlineData("""[{"op":"remove","path":"/spec/args/0"}]""", """["b"]""", "args")]
    [InlineData("""[{"op":"replace","path":"/spec/args/1","value":"z"}]""", """["a","z"]""", "args")]
    [InlineData("""[{"op":"move","from":"/spec/args/0","path":"/spec/args/1"}]""", """["b","a"]""", "args")]
    [InlineData(
        """[{"op":"copy","from":"/spec/labels/x","path":"/spec/labels/z"}]""",
        """{"x":"1","y":"2","z":"1"}""",
        "labels"
    )]
    [InlineData(
        """[{"op":"replace","path":"/spec/extra/a~0b/c~1d","value":2}]""",
        """{"a~b":{"c/d":2}}""",
        "extra"
    )]
    [InlineData(
        """[{"op":"test","path":"/spec/args/0","value":"a"},{"op":"remove","path":"/spec/args"}]""",
        null,
        "args"
    )]
    public async Task JsonPatch_FollowsRfc6902(string patch, string? expected, string field)
    {
        await using var server = await StartAsync();
        var answer = (await server.JsonPatchAsync(One, patch)).Ok();
        Assert.Equal(expected, answer.Json["spec"]![field]?.ToJsonString());
    }

    [Theory]
    [InlineData(
        """[{"op":"replace","path":"/spec/size","value":"Large"},{"op":"test","path":"/spec/args/0","value":"x"}]"""
    )]
    [InlineData(
        """[{"op":"replace","path":"/spec/size","value":"Large"},{"op":"remove","path":"/spec/none"}]"""
    )]
    [InlineData("""[{"op":"replace","path":"/spec/none/deeper","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/spec/args/7","value":"c"}]""")]
    public async Task JsonPatch_AnyOperationFails_NothingIsChanged(string patch)
    {
        await using var server = await StartAsync();
        var answer = await server.JsonPatchAsync(One, patch);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Code);
        Assert.Equal("Small", (string)(await server.GetAsync(One)).Json["spec"]!["size"]!);
    }

    [Fact]
    public async Task MergePatch_WithAStaleResourceVersion_IsAConflict_C44()
    {
        await using var server = await StartAsync();
        var answer = await server.MergeAsync(
            One,
            """{"metadata":{"resourceVersion":"1"},"spec":{"size":"Large"}}"""
        );
        Assert.Equal(HttpStatusCode.Conflict, answer.Code);
    }

    [Fact]
    public async Task MergePatch_ManyAtOnce_LosesNone()
    {
        await using var server = await StartAsync();
        var writes = Enumerable
            .Range(0, 20)
            .Select(i => server.MergeAsync(One, $$"""{"metadata":{"labels":{"l{{i}}":"v"} } }"""));
        foreach (var answer in await Task.WhenAll(writes))
        {
            answer.Ok();
        }
        Assert.Equal(20, (await server.GetAsync(One)).Json["metadata"]!["labels"]!.AsObject().Count);
    }

    [Fact]
    public async Task StrategicMergePatch_OfABuiltInKind_MergesListsByKey()
    {
        await using var server = await WidgetServer.StartAsync();
        var body = WidgetServer.ConfigMap("one", """{"a":"1","b":"2"}""");
        body["metadata"]!["ownerReferences"] = JsonNode.Parse(
            """[{"apiVersion":"elsewhere/v1","kind":"X","name":"x","uid":"u1"},{"apiVersion":"elsewhere/v1","kind":"X","name":"y","uid":"u2"}]"""
        );
        (await server.PostAsync(WidgetServer.ConfigMaps, body)).Ok();
        var answer = await server.SendAsync(
            HttpMethod.Patch,
            $"{WidgetServer.ConfigMaps}/one",
            JsonNode.Parse(
                """{"data":{"a":null,"c":"3"},"metadata":{"ownerReferences":[{"$patch":"delete","uid":"u1"}]}}"""
            ),
            "application/strategic-merge-patch+json"
        );
        Assert.Equal("""{"b":"2","c":"3"}""", answer.Ok().Json["data"]!.ToJsonString());
        var owner = Assert.Single(answer.Json["metadata"]!["ownerReferences"]!.AsArray());
        Assert.Equal("u2", (string)owner!["uid"]!);
    }

    private static async Task<WidgetServer> StartAsync()
    {
        var server = await WidgetServer.StartAsync();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one", Full))).Ok();
        return server;
    }
}
