using System.Net;
using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Tests.Schemas;

public class SchemaValidationTests
{
    [Theory]
    [InlineData("""{}""", "spec.size", "Required value")]
    [InlineData(
        """{"size":"Huge"}""",
        "spec.size",
        "Unsupported value: \"Huge\": supported values: \"Small\", \"Large\""
    )]
    [InlineData(
        """{"size":"Small","replicas":"2"}""",
        "spec.replicas",
        "Invalid value: \"string\": spec.replicas in body must be of type integer: \"string\""
    )]
    [InlineData(
        """{"size":"Small","replicas":1.5}""",
        "spec.replicas",
        "Invalid value: \"number\": spec.replicas in body must be of type integer: \"number\""
    )]
    [InlineData(
        """{"size":"Small","replicas":-1}""",
        "spec.replicas",
        "Invalid value: -1: spec.replicas in body should be greater than or equal to 0"
    )]
    [InlineData(
        """{"size":"Small","replicas":101}""",
        "spec.replicas",
        "Invalid value: 101: spec.replicas in body should be less than or equal to 100"
    )]
    [InlineData(
        """{"size":"Small","node":"123456789012345678901"}""",
        "spec.node",
        "Too long: may not be more than 20 bytes"
    )]
    [InlineData(
        """{"size":"Small","code":"A"}""",
        "spec.code",
        "Invalid value: \"A\": spec.code in body should match '^[a-z]+$'"
    )]
    [InlineData(
        """{"size":"Small","args":["1","2","3","4","5","6"]}""",
        "spec.args",
        "Too many: 6: must have at most 5 items"
    )]
    [InlineData("""{"size":"Small","tags":["a","a"]}""", "spec.tags[1]", "Duplicate value: \"a\"")]
    [InlineData(
        """{"size":"Small","ports":[{"name":"a"},{"name":"a"}]}""",
        "spec.ports[1]",
        "Duplicate value: {\"name\":\"a\"}"
    )]
    [InlineData("""{"size":"Small","ports":[{"port":1}]}""", "spec.ports[0].name", "Required value")]
    [InlineData(
        """{"size":"Small","labels":{"a":1}}""",
        "spec.labels.a",
        "Invalid value: \"integer\": spec.labels.a in body must be of type string: \"integer\""
    )]
    [InlineData(
        """{"size":"Small","memory":1.5}""",
        "spec.memory",
        "Invalid value: \"number\": spec.memory in body must be of type integer,string: \"number\""
    )]
    public async Task Create_AgainstTheSchema_NamesFieldAndReason(string spec, string field, string message)
    {
        await using var server = await WidgetServer.StartAsync();
        var answer = await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one", spec));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Code);
        Assert.Equal("Invalid", answer.Reason);
        Assert.Equal($"Widget.test.llmoperator.dev \"one\" is invalid: {field}: {message}", answer.Message);
        Assert.Equal([field], answer.CauseFields);
    }

    [Fact]
    public async Task Create_SeveralFaults_NamesAllOfThem()
    {
        await using var server = await WidgetServer.StartAsync();
        var answer = await server.PostAsync(
            WidgetServer.Widgets,
            WidgetServer.Widget("one", """{"replicas":-1,"code":"A"}""")
        );
        Assert.Equal(["spec.size", "spec.replicas", "spec.code"], answer.CauseFields);
        Assert.StartsWith(
            "Widget.test.llmoperator.dev \"one\" is invalid: [spec.size: Required value, ",
            answer.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("""{"size":"Small","memory":"4Gi"}""")]
    [InlineData("""{"size":"Small","memory":4}""")]
    [InlineData("""{"size":"Small","node":"größe-😀-größe-😀-gr"}""")]
    [InlineData("""{"size":"Small","replicas":2.0}""")]
    public async Task Create_WithinTheSchema_IsAccepted(string spec)
    {
        await using var server = await WidgetServer.StartAsync();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one", spec))).Ok();
    }

    [Fact]
    public async Task Create_Defaults_AreFilledInWhereTheParentExists()
    {
        await using var server = await WidgetServer.StartAsync();
        var answer = await server.PostAsync(
            WidgetServer.Widgets,
            WidgetServer.Widget(
                "one",
                """{"size":"Small","replicas":null,"node":null,"placement":{},"ports":[{"name":"a"}]}"""
            )
        );
        var expected = JsonNode.Parse(
            """{"size":"Small","replicas":1,"placement":{"zone":"a"},"ports":[{"name":"a","protocol":"TCP"}]}"""
        );
        Assert.True(JsonNode.DeepEquals(expected, answer.Ok().Json["spec"]), answer.Text);
    }

    [Fact]
    public async Task Create_PreserveUnknownFields_KeepsWhatItDoesNotKnow()
    {
        await using var server = await WidgetServer.StartAsync();
        var answer = await server.PostAsync(
            $"{WidgetServer.Widgets}?fieldValidation=Strict",
            WidgetServer.Widget("one", """{"size":"Small","extra":{"a":{"b":[1,null,"x"]}}}""")
        );
        Assert.Equal("""{"a":{"b":[1,null,"x"]}}""", answer.Ok().Json["spec"]!["extra"]!.ToJsonString());
    }
}
