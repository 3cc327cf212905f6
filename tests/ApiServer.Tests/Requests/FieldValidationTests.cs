using System.Net;
using System.Text;

namespace LlmOperator.ApiServer.Tests.Requests;

public class FieldValidationTests
{
    private const string Typo = """{"size":"Small","sizze":1,"placement":{"zonne":"b"}}""";

    [Fact]
    public async Task Create_StrictWithUnknownFields_IsRefusedWithTheirPaths()
    {
        await using var server = await WidgetServer.StartAsync();
        var answer = await server.PostAsync(
            $"{WidgetServer.Widgets}?fieldValidation=Strict",
            WidgetServer.Widget("one", Typo)
        );
        Assert.Equal(HttpStatusCode.BadRequest, answer.Code);
        Assert.Equal(
            "Widget in version \"v1alpha1\" cannot be handled as a Widget: strict decoding error: unknown field \"spec.placement.zonne\", unknown field \"spec.sizze\"",
            answer.Message
        );
    }

    [Fact]
    public async Task Create_WarnIsTheDefault_PrunesAndWarns_C10()
    {
        await using var server = await WidgetServer.StartAsync();
        var answer = (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one", Typo))).Ok();
        Assert.Null(answer.Json["spec"]!["sizze"]);
        Assert.Contains("299 - \"unknown field \\\"spec.sizze\\\"\"", answer.Warnings);
    }

    [Fact]
    public async Task Create_Ignore_PrunesSilently()
    {
        await using var server = await WidgetServer.StartAsync();
        var answer = await server.PostAsync(
            $"{WidgetServer.Widgets}?fieldValidation=Ignore",
            WidgetServer.Widget("one", Typo)
        );
        Assert.Null(answer.Ok().Json["spec"]!["sizze"]);
        Assert.Empty(answer.Warnings);
    }

    [Fact]
    public async Task Create_StrictWithADoubleField_IsRefused()
    {
        await using var server = await WidgetServer.StartAsync();
        using var content = new StringContent(
            """{"apiVersion":"test.llmoperator.dev/v1alpha1","kind":"Widget","metadata":{"name":"one"},"spec":{"size":"Small","size":"Large"}}""",
            Encoding.UTF8,
            "application/json"
        );
        using var response = await server.Client.PostAsync(
            $"{WidgetServer.Widgets}?fieldValidation=Strict",
            content,
            TestContext.Current.CancellationToken
        );
        var answer = await ApiAnswer.ReadAsync(response, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Code);
        Assert.EndsWith(
            "strict decoding error: duplicate field \"spec.size\"",
            answer.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Patch_StrictWithAnUnknownField_ShowsThePatch()
    {
        await using var server = await WidgetServer.StartAsync();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok();
        var answer = await server.MergeAsync(
            $"{WidgetServer.Widgets}/one?fieldValidation=Strict",
            """{"spec":{"sizze":1}}"""
        );
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Code);
        Assert.Contains(
            "strict decoding error: unknown field \"spec.sizze\"",
            answer.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Create_UnknownFieldInMetadata_IsPruned()
    {
        await using var server = await WidgetServer.StartAsync();
        var body = WidgetServer.Widget("one");
        body["metadata"]!["nonsense"] = 1;
        var answer = (await server.PostAsync(WidgetServer.Widgets, body)).Ok();
        Assert.Null(answer.Json["metadata"]!["nonsense"]);
    }
}
