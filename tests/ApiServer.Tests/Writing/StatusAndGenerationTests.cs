using System.Net;
using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Tests.Writing;

public class StatusAndGenerationTests
{
    private const string One = $"{WidgetServer.Widgets}/one";

    [Fact]
    public async Task Create_WithStatus_DropsIt()
    {
        await using var server = await WidgetServer.StartAsync();
        var body = WidgetServer.Widget("one");
        body["status"] = new JsonObject { ["replicas"] = 3 };
        Assert.Null((await server.PostAsync(WidgetServer.Widgets, body)).Ok().Json["status"]);
    }

    [Fact]
    public async Task UpdateStatus_ChangesOnlyTheStatus_C43()
    {
        await using var server = await WidgetServer.StartAsync();
        var body = (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok().Json;
        body["status"] = new JsonObject { ["replicas"] = 3 };
        body["spec"]!["size"] = "Large";
        body["metadata"]!["labels"] = new JsonObject { ["a"] = "b" };
        var answer = (await server.PutAsync($"{One}/status", body)).Ok();
        Assert.Equal(3, (long)answer.Json["status"]!["replicas"]!);
        Assert.Equal("Small", (string)answer.Json["spec"]!["size"]!);
        Assert.Null(answer.Json["metadata"]!["labels"]);
        Assert.Equal(1, answer.Generation);
    }

    [Fact]
    public async Task Update_OfTheMainResource_LeavesTheStatus_C43()
    {
        await using var server = await WidgetServer.StartAsync();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok();
        (await server.MergeAsync($"{One}/status", """{"status":{"replicas":3}}""")).Ok();
        var answer = (
            await server.MergeAsync(One, """{"spec":{"size":"Large"},"status":{"replicas":9}}""")
        ).Ok();
        Assert.Equal(3, (long)answer.Json["status"]!["replicas"]!);
        Assert.Equal("Large", (string)answer.Json["spec"]!["size"]!);
    }

    [Fact]
    public async Task Update_OfStatusWithAStaleVersion_IsAConflict_C44()
    {
        await using var server = await WidgetServer.StartAsync();
        var first = (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok();
        (await server.MergeAsync(One, """{"spec":{"size":"Large"}}""")).Ok();
        Assert.Equal(HttpStatusCode.Conflict, (await server.PutAsync($"{One}/status", first.Json)).Code);
    }

    [Fact]
    public async Task Generation_RisesWithTheSpecOnly()
    {
        await using var server = await WidgetServer.StartAsync();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok();
        Assert.Equal(1, (await server.MergeAsync(One, """{"metadata":{"labels":{"a":"b"}}}""")).Generation);
        Assert.Equal(
            1,
            (await server.MergeAsync($"{One}/status", """{"status":{"replicas":1}}""")).Generation
        );
        Assert.Equal(2, (await server.MergeAsync(One, """{"spec":{"replicas":2}}""")).Generation);
        Assert.Equal(2, (await server.MergeAsync(One, """{"metadata":{"generation":77}}""")).Generation);
    }

    [Fact]
    public async Task Scale_ReadAndWritten_GoesThroughThePathsOfTheCrd()
    {
        await using var server = await WidgetServer.StartAsync();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok();
        (await server.MergeAsync($"{One}/status", """{"status":{"replicas":1,"selector":"app=one"}}""")).Ok();
        var scaled = (await server.MergeAsync($"{One}/scale", """{"spec":{"replicas":4}}""")).Ok();
        Assert.Equal("Scale", (string)scaled.Json["kind"]!);
        Assert.Equal(4, (long)scaled.Json["spec"]!["replicas"]!);
        Assert.Equal("app=one", (string)scaled.Json["status"]!["selector"]!);
        Assert.Equal(4, (long)(await server.GetAsync(One)).Json["spec"]!["replicas"]!);
        scaled.Json["spec"]!["replicas"] = 5;
        Assert.Equal(
            5,
            (long)(await server.PutAsync($"{One}/scale", scaled.Json)).Ok().Json["spec"]!["replicas"]!
        );
    }

    [Fact]
    public async Task DryRun_CreateUpdateDelete_ChangesNothing()
    {
        await using var server = await WidgetServer.StartAsync();
        (await server.PostAsync($"{WidgetServer.Widgets}?dryRun=All", WidgetServer.Widget("ghost"))).Ok();
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync($"{WidgetServer.Widgets}/ghost")).Code);
        var created = (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok();
        var tried = (await server.MergeAsync($"{One}?dryRun=All", """{"spec":{"replicas":5}}""")).Ok();
        Assert.Equal(5, (long)tried.Json["spec"]!["replicas"]!);
        (await server.DeleteAsync($"{One}?dryRun=All")).Ok();
        var bad = await server.MergeAsync($"{One}?dryRun=All", """{"spec":{"replicas":-5}}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, bad.Code);
        Assert.True(JsonNode.DeepEquals(created.Json, (await server.GetAsync(One)).Json));
    }
}
