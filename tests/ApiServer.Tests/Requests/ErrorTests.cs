using System.Net;
using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Tests.Requests;

public class ErrorTests
{
    [Theory]
    [InlineData("apis/nowhere.example/v1/things")]
    [InlineData("apis/test.llmoperator.dev/v9/namespaces/default/widgets")]
    [InlineData("api/v1/namespaces/default/pods")]
    [InlineData("api/v1/namespaces/default/nodes")]
    [InlineData("api/v1/namespaces/default/configmaps/a/status")]
    [InlineData("nonsense")]
    public async Task Request_PathThatIsNotServed_Is404_C8(string path)
    {
        await using var server = await WidgetServer.StartAsync();
        var answer = await server.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, answer.Code);
        Assert.Equal("the server could not find the requested resource", answer.Message);
    }

    [Fact]
    public async Task Request_VerbThatIsNotServed_Is405()
    {
        await using var server = await WidgetServer.StartAsync();
        var answer = await server.PostAsync($"{WidgetServer.Widgets}/one", WidgetServer.Widget("one"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.Code);
        Assert.Equal("MethodNotAllowed", answer.Reason);
    }

    [Fact]
    public async Task Request_OnlyProtobufAccepted_Is406()
    {
        await using var server = await WidgetServer.StartAsync();
        var answer = await server.GetAsync(WidgetServer.Widgets, "application/vnd.kubernetes.protobuf");
        Assert.Equal(HttpStatusCode.NotAcceptable, answer.Code);
    }

    [Fact]
    public async Task Patch_StrategicMergeOfACustomKind_Is415()
    {
        await using var server = await WidgetServer.StartAsync();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok();
        var answer = await server.SendAsync(
            HttpMethod.Patch,
            $"{WidgetServer.Widgets}/one",
            new JsonObject(),
            "application/strategic-merge-patch+json"
        );
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.Code);
        Assert.Equal("UnsupportedMediaType", answer.Reason);
    }

    [Fact]
    public async Task Create_BodyOfAnotherKind_IsABadRequest()
    {
        await using var server = await WidgetServer.StartAsync();
        var answer = await server.PostAsync(WidgetServer.Widgets, WidgetServer.ConfigMap("one"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.Code);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{} {}")]
    [InlineData("")]
    public async Task Create_BodyThatIsNoObject_IsABadRequest(string body)
    {
        await using var server = await WidgetServer.StartAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await server.Client.PostAsync(
            WidgetServer.Widgets,
            content,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("a: [1, 2")]
    [InlineData("? [a]\n: b")]
    [InlineData("- a")]
    [InlineData(
        "a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
    )]
    public async Task Create_YamlThatIsNoObjectOrABomb_IsABadRequest(string body)
    {
        await using var server = await WidgetServer.StartAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/yaml");
        using var response = await server.Client.PostAsync(
            WidgetServer.Widgets,
            content,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Create_BodyAboveThreeMebibytes_Is413()
    {
        await using var server = await WidgetServer.StartAsync();
        var body = WidgetServer.Widget("one");
        body["spec"]!["text"] = new string('x', 3 * 1024 * 1024);
        var answer = await server.PostAsync(WidgetServer.Widgets, body);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Code);
        Assert.Equal("Request entity too large: limit is 3145728", answer.Message);
    }

    [Fact]
    public async Task Create_ObjectOfOneMegabyte_ComesBackWhole()
    {
        await using var server = await WidgetServer.StartAsync();
        var text = string.Concat(Enumerable.Repeat("größe 😀 ", 80_000));
        var body = WidgetServer.Widget("one");
        body["spec"]!["text"] = text;
        (await server.PostAsync(WidgetServer.Widgets, body)).Ok();
        Assert.Equal(
            text,
            (string)(await server.GetAsync($"{WidgetServer.Widgets}/one")).Json["spec"]!["text"]!
        );
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("with_underscore")]
    [InlineData("-dash")]
    [InlineData("ends.")]
    public async Task Create_ImpossibleName_IsInvalid(string name)
    {
        await using var server = await WidgetServer.StartAsync();
        var answer = await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget(name));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Code);
        Assert.Equal(["metadata.name"], answer.CauseFields);
    }
}
