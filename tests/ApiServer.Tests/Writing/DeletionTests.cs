using System.Net;
using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Tests.Writing;

public class DeletionTests
{
    private const string One = $"{WidgetServer.Widgets}/one";

    [Fact]
    public async Task Delete_WithFinalizers_OnlyMarksUntilTheLastIsRemoved_C45()
    {
        await using var server = await WidgetServer.StartAsync();
        await CreateAsync(server, """["llmoperator.dev/a","llmoperator.dev/b"]""");
        var marked = (await server.DeleteAsync(One)).Ok();
        Assert.Equal("Widget", (string)marked.Json["kind"]!);
        Assert.NotNull(marked.Json["metadata"]!["deletionTimestamp"]);
        Assert.Equal(0, (long)marked.Json["metadata"]!["deletionGracePeriodSeconds"]!);
        Assert.Equal(2, marked.Generation);
        var again = (await server.DeleteAsync(One)).Ok();
        Assert.Equal(marked.ResourceVersion, again.ResourceVersion);
        const string Guarded = """
            [{"op":"test","path":"/metadata/finalizers/0","value":"llmoperator.dev/a"},
             {"op":"remove","path":"/metadata/finalizers/0"}]
            """;
        (await server.JsonPatchAsync(One, Guarded)).Ok();
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync(One)).Code);
        (await server.MergeAsync(One, """{"metadata":{"finalizers":null}}""")).Ok();
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync(One)).Code);
    }

    [Fact]
    public async Task Update_NewFinalizerWhileDeleting_IsForbidden_C45()
    {
        await using var server = await WidgetServer.StartAsync();
        await CreateAsync(server, """["llmoperator.dev/a"]""");
        (await server.DeleteAsync(One)).Ok();
        var answer = await server.MergeAsync(
            One,
            """{"metadata":{"finalizers":["llmoperator.dev/a","llmoperator.dev/b"]}}"""
        );
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Code);
        Assert.Contains(
            "no new finalizers can be added if the object is being deleted",
            answer.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Update_DeletionTimestamp_CannotBeUndone()
    {
        await using var server = await WidgetServer.StartAsync();
        await CreateAsync(server, """["llmoperator.dev/a"]""");
        (await server.DeleteAsync(One)).Ok();
        var answer = (await server.MergeAsync(One, """{"metadata":{"deletionTimestamp":null}}""")).Ok();
        Assert.NotNull(answer.Json["metadata"]!["deletionTimestamp"]);
    }

    [Fact]
    public async Task Delete_PreconditionUidOfAnother_IsAConflict_C47()
    {
        await using var server = await WidgetServer.StartAsync();
        var created = await CreateAsync(server, "[]");
        var wrong = await server.DeleteAsync(One, """{"preconditions":{"uid":"other"}}""");
        Assert.Equal(HttpStatusCode.Conflict, wrong.Code);
        Assert.Contains(
            "the UID in the precondition (other) does not match the UID in record",
            wrong.Message,
            StringComparison.Ordinal
        );
        var stale = await server.DeleteAsync(One, """{"preconditions":{"resourceVersion":"1"}}""");
        Assert.Equal(HttpStatusCode.Conflict, stale.Code);
        (await server.DeleteAsync(One, $$"""{"preconditions":{"uid":"{{created.Uid}}"} }""")).Ok();
    }

    [Fact]
    public async Task Delete_ThenCreateAgain_IsAnotherObject_C25()
    {
        await using var server = await WidgetServer.StartAsync();
        var first = await CreateAsync(server, "[]");
        (await server.DeleteAsync(One)).Ok();
        var second = await CreateAsync(server, "[]");
        Assert.NotEqual(first.Uid, second.Uid);
        var stale = first.Json;
        Assert.Equal(HttpStatusCode.Conflict, (await server.PutAsync(One, stale)).Code);
    }

    [Fact]
    public async Task DeleteCollection_WithASelector_DeletesOnlyWhatMatches()
    {
        await using var server = await WidgetServer.StartAsync();
        foreach (var (name, app) in new[] { ("a", "x"), ("b", "y"), ("c", "x") })
        {
            var body = WidgetServer.Widget(name);
            body["metadata"]!["labels"] = new JsonObject { ["app"] = app };
            (await server.PostAsync(WidgetServer.Widgets, body)).Ok();
        }
        var deleted = (await server.DeleteAsync($"{WidgetServer.Widgets}?labelSelector=app%3Dx")).Ok();
        Assert.Equal(["a", "c"], deleted.Names);
        Assert.Equal(["b"], (await server.GetAsync(WidgetServer.Widgets)).Names);
    }

    private static async Task<ApiAnswer> CreateAsync(WidgetServer server, string finalizers)
    {
        var body = WidgetServer.Widget("one");
        body["metadata"]!["finalizers"] = JsonNode.Parse(finalizers);
        return (await server.PostAsync(WidgetServer.Widgets, body)).Ok();
    }
}
