using System.Net;
using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Tests.GarbageCollection;

public class GarbageCollectionTests
{
    private const string Owner = $"{WidgetServer.Widgets}/owner";

    [Fact]
    public async Task Delete_Background_DependentsFollowTheirOwner_C46()
    {
        await using var server = await WidgetServer.StartAsync();
        var owner = await OwnerAsync(server);
        await DependentAsync(server, "child", owner);
        (await server.DeleteAsync(Owner)).Ok();
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync(Owner)).Code);
        await server.UntilGoneAsync($"{WidgetServer.ConfigMaps}/child");
    }

    [Fact]
    public async Task Delete_Foreground_OwnerStaysUntilItsDependentsAreGone_C46()
    {
        await using var server = await WidgetServer.StartAsync();
        var owner = await OwnerAsync(server);
        await DependentAsync(server, "child", owner, """["llmoperator.dev/hold"]""");
        var marked = (await server.DeleteAsync(Owner, """{"propagationPolicy":"Foreground"}""")).Ok();
        Assert.Equal("foregroundDeletion", (string)marked.Json["metadata"]!["finalizers"]![0]!);
        await server.UntilAsync(
            $"{WidgetServer.ConfigMaps}/child",
            a => a.Json["metadata"]!["deletionTimestamp"] is not null
        );
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync(Owner)).Code);
        (
            await server.MergeAsync(
                $"{WidgetServer.ConfigMaps}/child",
                """{"metadata":{"finalizers":null}}"""
            )
        ).Ok();
        await server.UntilGoneAsync(Owner);
    }

    [Fact]
    public async Task Delete_Orphan_DependentsStayWithoutTheReference_C46()
    {
        await using var server = await WidgetServer.StartAsync();
        var owner = await OwnerAsync(server);
        await DependentAsync(server, "child", owner);
        (await server.DeleteAsync($"{Owner}?propagationPolicy=Orphan")).Ok();
        await server.UntilGoneAsync(Owner);
        var child = (await server.GetAsync($"{WidgetServer.ConfigMaps}/child")).Ok();
        Assert.Null(child.Json["metadata"]!["ownerReferences"]);
    }

    [Fact]
    public async Task Create_OwnerWithThatUidNeverWas_IsCollected_C46()
    {
        await using var server = await WidgetServer.StartAsync();
        await OwnerAsync(server);
        var stale = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "owner", ["uid"] = "long-gone" },
        };
        await DependentAsync(server, "child", stale);
        await server.UntilGoneAsync($"{WidgetServer.ConfigMaps}/child");
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync(Owner)).Code);
    }

    [Fact]
    public async Task Delete_OneOfTwoOwners_DependentStaysWithTheOther()
    {
        await using var server = await WidgetServer.StartAsync();
        var first = await OwnerAsync(server);
        var second = (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("second"))).Ok().Json;
        var child = WidgetServer.ConfigMap("child");
        child["metadata"]!["ownerReferences"] = new JsonArray(Reference(first), Reference(second));
        (await server.PostAsync(WidgetServer.ConfigMaps, child)).Ok();
        (await server.DeleteAsync(Owner)).Ok();
        var left = await server.UntilAsync(
            $"{WidgetServer.ConfigMaps}/child",
            a => a.Json["metadata"]!["ownerReferences"]!.AsArray().Count == 1
        );
        Assert.Equal("second", (string)left.Json["metadata"]!["ownerReferences"]![0]!["name"]!);
    }

    [Fact]
    public async Task Create_OwnerOfAKindThatIsNotServed_IsLeftAlone()
    {
        await using var server = await WidgetServer.StartAsync();
        var child = WidgetServer.ConfigMap("child");
        child["metadata"]!["ownerReferences"] = JsonNode.Parse(
            """[{"apiVersion":"apps/v1","kind":"Deployment","name":"d","uid":"u"}]"""
        );
        (await server.PostAsync(WidgetServer.ConfigMaps, child)).Ok();
        // Something that is garbage goes; by then the other would have gone too.
        var owner = await OwnerAsync(server);
        await DependentAsync(server, "garbage", owner);
        (await server.DeleteAsync(Owner)).Ok();
        await server.UntilGoneAsync($"{WidgetServer.ConfigMaps}/garbage");
        (await server.GetAsync($"{WidgetServer.ConfigMaps}/child")).Ok();
    }

    [Fact]
    public async Task Delete_Namespace_TakesItsContentAndRefusesNew()
    {
        await using var server = await WidgetServer.StartAsync();
        var space = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "gone" } };
        (await server.PostAsync("api/v1/namespaces", space)).Ok();
        var inside = WidgetServer.Widgets.Replace("default", "gone", StringComparison.Ordinal);
        var held = WidgetServer.Widget("held");
        held["metadata"]!["finalizers"] = new JsonArray("llmoperator.dev/hold");
        (await server.PostAsync(inside, held)).Ok();
        (await server.PostAsync(inside, WidgetServer.Widget("free"))).Ok();
        var deleted = (await server.DeleteAsync("api/v1/namespaces/gone")).Ok();
        Assert.Equal("Terminating", (string)deleted.Json["status"]!["phase"]!);
        await server.UntilGoneAsync($"{inside}/free");
        var refused = await server.PostAsync(inside, WidgetServer.Widget("late"));
        Assert.Equal(HttpStatusCode.Forbidden, refused.Code);
        Assert.Equal("NamespaceTerminating", (string)refused.Json["details"]!["causes"]![0]!["reason"]!);
        (await server.MergeAsync($"{inside}/held", """{"metadata":{"finalizers":null}}""")).Ok();
        await server.UntilGoneAsync("api/v1/namespaces/gone");
    }

    [Fact]
    public async Task Delete_Crd_TakesItsObjectsAndItsPaths()
    {
        await using var server = await WidgetServer.StartAsync();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok();
        const string Crd =
            "apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.test.llmoperator.dev";
        (await server.DeleteAsync(Crd)).Ok();
        await server.UntilGoneAsync(Crd);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync(WidgetServer.Widgets)).Code);
    }

    private static async Task<JsonObject> OwnerAsync(WidgetServer server) =>
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("owner"))).Ok().Json;

    private static async Task DependentAsync(
        WidgetServer server,
        string name,
        JsonObject owner,
        string finalizers = "[]"
    )
    {
        var child = WidgetServer.ConfigMap(name);
        child["metadata"]!["ownerReferences"] = new JsonArray(Reference(owner));
        child["metadata"]!["finalizers"] = JsonNode.Parse(finalizers);
        (await server.PostAsync(WidgetServer.ConfigMaps, child)).Ok();
    }

    private static JsonObject Reference(JsonObject owner) =>
        new()
        {
            ["apiVersion"] = "test.llmoperator.dev/v1alpha1",
            ["kind"] = "Widget",
            ["name"] = (string)owner["metadata"]!["name"]!,
            ["uid"] = (string)owner["metadata"]!["uid"]!,
            ["controller"] = false,
            ["blockOwnerDeletion"] = true,
        };
}
