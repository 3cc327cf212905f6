using System.Net;
using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Tests.Requests;

public class CrudTests
{
    [Fact]
    public async Task Create_NewObject_IsStoredWithSystemMetadataAndDefaults()
    {
        await using var server = await WidgetServer.StartAsync();
        var created = await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"));
        Assert.Equal(HttpStatusCode.Created, created.Code);
        Assert.Equal(1, created.Generation);
        Assert.NotEmpty(created.Uid);
        Assert.EndsWith(
            "Z",
            (string)created.Json["metadata"]!["creationTimestamp"]!,
            StringComparison.Ordinal
        );
        Assert.Equal(1, (long)created.Json["spec"]!["replicas"]!);
        var read = await server.GetAsync($"{WidgetServer.Widgets}/one");
        Assert.True(JsonNode.DeepEquals(created.Json, read.Json));
    }

    [Fact]
    public async Task Create_EmptyMetadata_IsAsIfNotSet()
    {
        await using var server = await WidgetServer.StartAsync();
        var body = WidgetServer.Widget("one");
        body["metadata"]!["annotations"] = new JsonObject();
        body["metadata"]!["labels"] = null;
        body["metadata"]!["finalizers"] = new JsonArray();
        var metadata = (await server.PostAsync(WidgetServer.Widgets, body)).Ok().Json["metadata"]!.AsObject();
        Assert.DoesNotContain("annotations", metadata.Select(p => p.Key));
        Assert.DoesNotContain("labels", metadata.Select(p => p.Key));
        Assert.DoesNotContain("finalizers", metadata.Select(p => p.Key));
    }

    [Fact]
    public async Task Create_SameNameTwice_IsRefusedAsAlreadyExists_C47()
    {
        await using var server = await WidgetServer.StartAsync();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok();
        var again = await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"));
        Assert.Equal(HttpStatusCode.Conflict, again.Code);
        Assert.Equal("AlreadyExists", again.Reason);
        Assert.Equal("widgets.test.llmoperator.dev \"one\" already exists", again.Message);
    }

    [Fact]
    public async Task Create_GenerateName_GetsASuffix()
    {
        await using var server = await WidgetServer.StartAsync();
        var body = WidgetServer.Widget("");
        body["metadata"] = new JsonObject { ["generateName"] = "run-" };
        var created = (await server.PostAsync(WidgetServer.Widgets, body)).Ok();
        Assert.Matches("^run-[a-z0-9]{5}$", (string)created.Json["metadata"]!["name"]!);
    }

    [Fact]
    public async Task Create_NamespaceMissing_IsNotFound()
    {
        await using var server = await WidgetServer.StartAsync();
        var answer = await server.PostAsync(
            WidgetServer.Widgets.Replace("default", "nowhere", StringComparison.Ordinal),
            WidgetServer.Widget("one")
        );
        Assert.Equal(HttpStatusCode.NotFound, answer.Code);
        Assert.Equal("namespaces \"nowhere\" not found", answer.Message);
    }

    [Fact]
    public async Task Get_UnknownObject_IsAStatusWithDetails_C8()
    {
        await using var server = await WidgetServer.StartAsync();
        var answer = await server.GetAsync($"{WidgetServer.Widgets}/none");
        Assert.Equal(HttpStatusCode.NotFound, answer.Code);
        var expected = JsonNode.Parse(
            """
            {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",
             "message":"widgets.test.llmoperator.dev \"none\" not found","reason":"NotFound",
             "details":{"name":"none","group":"test.llmoperator.dev","kind":"widgets"},"code":404}
            """
        );
        Assert.True(JsonNode.DeepEquals(expected, answer.Json), answer.Text);
    }

    [Fact]
    public async Task Update_StaleResourceVersion_IsAConflict_C44()
    {
        await using var server = await WidgetServer.StartAsync();
        var first = (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok();
        (await server.MergeAsync($"{WidgetServer.Widgets}/one", """{"spec":{"replicas":2}}""")).Ok();
        var late = await server.PutAsync($"{WidgetServer.Widgets}/one", first.Json);
        Assert.Equal(HttpStatusCode.Conflict, late.Code);
        Assert.Equal(
            "Operation cannot be fulfilled on widgets.test.llmoperator.dev \"one\": the object has been modified; please apply your changes to the latest version and try again",
            late.Message
        );
    }

    [Fact]
    public async Task Update_WithoutResourceVersion_IsRefusedForCustomKinds()
    {
        await using var server = await WidgetServer.StartAsync();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok();
        var answer = await server.PutAsync($"{WidgetServer.Widgets}/one", WidgetServer.Widget("one"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Code);
        Assert.Equal(["metadata.resourceVersion"], answer.CauseFields);
    }

    [Fact]
    public async Task Update_NothingChanges_KeepsTheResourceVersion()
    {
        await using var server = await WidgetServer.StartAsync();
        var first = (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok();
        var second = (await server.PutAsync($"{WidgetServer.Widgets}/one", first.Json)).Ok();
        var third = (
            await server.MergeAsync($"{WidgetServer.Widgets}/one", """{"spec":{"size":"Small"}}""")
        ).Ok();
        Assert.Equal(first.ResourceVersion, second.ResourceVersion);
        Assert.Equal(first.ResourceVersion, third.ResourceVersion);
    }

    [Fact]
    public async Task Delete_WithoutFinalizers_AnswersSuccessWithTheUid()
    {
        await using var server = await WidgetServer.StartAsync();
        var created = (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok();
        var deleted = (await server.DeleteAsync($"{WidgetServer.Widgets}/one")).Ok();
        Assert.Equal("Success", (string)deleted.Json["status"]!);
        Assert.Equal(created.Uid, (string)deleted.Json["details"]!["uid"]!);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync($"{WidgetServer.Widgets}/one")).Code);
    }
}
