using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Tests.Patching;

public class ManagedFieldsTests
{
    private const string One = $"{WidgetServer.Widgets}/one";

    [Fact]
    public async Task Create_ByPost_IsAnUpdateByTheUserAgent()
    {
        await using var server = await WidgetServer.StartAsync();
        var created = (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok();
        var entry = Entry(created, "test");
        Assert.Equal("Update", (string)entry["operation"]!);
        Assert.Equal("FieldsV1", (string)entry["fieldsType"]!);
        Assert.Equal(
            """{"f:spec":{".":{},"f:replicas":{},"f:size":{}}}""",
            entry["fieldsV1"]!.ToJsonString()
        );
    }

    [Fact]
    public async Task Update_OfAField_MovesItToTheLastWriter()
    {
        await using var server = await WidgetServer.StartAsync();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok();
        var changed = (
            await server.MergeAsync($"{One}?fieldManager=hand", """{"spec":{"size":"Large"}}""")
        ).Ok();
        Assert.DoesNotContain("f:size", Entry(changed, "test").ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("""{"f:spec":{"f:size":{}}}""", Entry(changed, "hand")["fieldsV1"]!.ToJsonString());
    }

    [Fact]
    public async Task UpdateStatus_IsAnEntryOfTheSubresource()
    {
        await using var server = await WidgetServer.StartAsync();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok();
        var changed = (
            await server.MergeAsync($"{One}/status?fieldManager=hand", """{"status":{"replicas":2}}""")
        ).Ok();
        Assert.Equal("status", (string)Entry(changed, "hand")["subresource"]!);
    }

    [Fact]
    public async Task Update_WithOneEmptyEntry_ForgetsAllManagers()
    {
        await using var server = await WidgetServer.StartAsync();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok();
        var reset = (await server.MergeAsync(One, """{"metadata":{"managedFields":[{}]}}""")).Ok();
        Assert.Null(reset.Json["metadata"]!["managedFields"]);
        var applied = await server.ApplyAsync(One, "a", WidgetServer.Widget("one", """{"size":"Large"}"""));
        Assert.Contains("conflict with \"before-first-apply\"", applied.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Update_RemovingAField_TakesItFromEveryManager()
    {
        await using var server = await WidgetServer.StartAsync();
        (
            await server.ApplyAsync(One, "a", WidgetServer.Widget("one", """{"size":"Small","node":"n"}"""))
        ).Ok();
        var changed = (
            await server.MergeAsync($"{One}?fieldManager=hand", """{"spec":{"node":null}}""")
        ).Ok();
        Assert.DoesNotContain("f:node", changed.Text, StringComparison.Ordinal);
    }

    private static JsonObject Entry(ApiAnswer answer, string manager) =>
        answer.Json["metadata"]!["managedFields"]!
            .AsArray()
            .Select(e => e!.AsObject())
            .Single(e => (string)e["manager"]! == manager);
}
