using System.Net;
using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Tests.BuiltIns;

public class BuiltInTests
{
    private const string Secrets = "api/v1/namespaces/default/secrets";
    private const string Leases = "apis/coordination.k8s.io/v1/namespaces/default/leases";
    private const string CoreEvents = "api/v1/namespaces/default/events";
    private const string Events = "apis/events.k8s.io/v1/namespaces/default/events";

    [Fact]
    public async Task Start_NamespacesOfACluster_Exist()
    {
        await using var server = await WidgetServer.StartAsync();
        var list = (await server.GetAsync("api/v1/namespaces")).Ok();
        Assert.Equal(["default", "kube-node-lease", "kube-public", "kube-system"], list.Names);
        Assert.All(list.Items, n => Assert.Equal("Active", (string)n!["status"]!["phase"]!));
    }

    [Fact]
    public async Task Secret_StringData_IsFoldedIntoData()
    {
        await using var server = await WidgetServer.StartAsync();
        var body = JsonNode.Parse(
            """{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"data":{"a":"MQ=="},"stringData":{"a":"größe","b":"2"}}"""
        )!;
        var created = (await server.PostAsync(Secrets, body)).Ok();
        Assert.Equal("""{"a":"Z3LDtsOfZQ==","b":"Mg=="}""", created.Json["data"]!.ToJsonString());
        Assert.Null(created.Json["stringData"]);
        Assert.Equal("Opaque", (string)created.Json["type"]!);
        Assert.Null(created.Json["metadata"]!["generation"]);
    }

    [Fact]
    public async Task Secret_NotBase64OrChangedType_IsInvalid()
    {
        await using var server = await WidgetServer.StartAsync();
        var bad = JsonNode.Parse(
            """{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"data":{"a":"%"}}"""
        )!;
        Assert.Equal(["data.a"], (await server.PostAsync(Secrets, bad)).CauseFields);
        var good = JsonNode.Parse("""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"}}""")!;
        (await server.PostAsync(Secrets, good)).Ok();
        Assert.Equal(["type"], (await server.MergeAsync($"{Secrets}/s", """{"type":"other"}""")).CauseFields);
    }

    [Fact]
    public async Task ConfigMap_Immutable_CannotBeChanged()
    {
        await using var server = await WidgetServer.StartAsync();
        var body = WidgetServer.ConfigMap("c", """{"a":"1"}""");
        body["immutable"] = true;
        (await server.PostAsync(WidgetServer.ConfigMaps, body)).Ok();
        var answer = await server.MergeAsync($"{WidgetServer.ConfigMaps}/c", """{"data":{"a":"2"}}""");
        Assert.Equal(["data"], answer.CauseFields);
    }

    [Fact]
    public async Task Lease_OptimisticUpdate_KeepsSixFractionalDigitsAndForeignFields_C50()
    {
        await using var server = await WidgetServer.StartAsync();
        var lease = JsonNode.Parse(
            """
            {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l"},
             "spec":{"holderIdentity":"a","leaseDurationSeconds":15,"renewTime":"2026-01-02T03:04:05.000006Z","strategy":"OldestEmulationVersion"}}
            """
        )!;
        var created = (await server.PostAsync(Leases, lease)).Ok();
        Assert.Equal("2026-01-02T03:04:05.000006Z", (string)created.Json["spec"]!["renewTime"]!);
        var mine = created.Json.DeepClone();
        mine["spec"]!["holderIdentity"] = "b";
        (await server.PutAsync($"{Leases}/l", mine)).Ok();
        Assert.Equal(HttpStatusCode.Conflict, (await server.PutAsync($"{Leases}/l", mine)).Code);
        Assert.Equal(
            "OldestEmulationVersion",
            (string)(await server.GetAsync($"{Leases}/l")).Json["spec"]!["strategy"]!
        );
    }

    [Fact]
    public async Task Event_InTheNewGroup_IsSeenInTheCoreGroupAndBack_C48()
    {
        await using var server = await WidgetServer.StartAsync();
        (await server.PostAsync(Events, Event("e"))).Ok();
        var core = (await server.GetAsync($"{CoreEvents}/e")).Ok().Json;
        Assert.Equal("v1", (string)core["apiVersion"]!);
        Assert.Equal("one", (string)core["involvedObject"]!["name"]!);
        Assert.Equal("it was tested", (string)core["message"]!);
        Assert.Equal("llmoperator.dev/test", (string)core["reportingComponent"]!);
        var series = await server.MergeAsync(
            $"{Events}/e",
            """{"series":{"count":2,"lastObservedTime":"2026-01-02T03:05:05.000000Z"}}"""
        );
        Assert.Equal("it was tested", (string)series.Ok().Json["note"]!);
        Assert.Equal(2, (long)(await server.GetAsync($"{CoreEvents}/e")).Json["series"]!["count"]!);
    }

    [Fact]
    public async Task Event_FieldSelectorOfTheObject_FindsIt()
    {
        await using var server = await WidgetServer.StartAsync();
        (await server.PostAsync(Events, Event("e"))).Ok();
        var found = await server.GetAsync(
            $"{CoreEvents}?fieldSelector=involvedObject.name%3Done,involvedObject.kind%3DWidget"
        );
        Assert.Equal(["e"], found.Ok().Names);
        Assert.Empty(
            (await server.GetAsync($"{CoreEvents}?fieldSelector=involvedObject.name%3Dtwo")).Ok().Names
        );
        Assert.Equal(
            ["e"],
            (await server.GetAsync($"{Events}?fieldSelector=regarding.name%3Done")).Ok().Names
        );
    }

    [Fact]
    public async Task Event_OfAnotherNamespace_IsInvalid()
    {
        await using var server = await WidgetServer.StartAsync();
        var body = Event("e");
        body["regarding"]!["namespace"] = "kube-public";
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.PostAsync(Events, body)).Code);
    }

    [Fact]
    public async Task Node_CreatedWithStatus_KeepsIt()
    {
        await using var server = await WidgetServer.StartAsync();
        var node = JsonNode.Parse(
            """{"apiVersion":"v1","kind":"Node","metadata":{"name":"n"},"status":{"capacity":{"memory":"8Gi"}}}"""
        )!;
        Assert.Equal(
            "8Gi",
            (string)
                (await server.PostAsync("api/v1/nodes", node)).Ok().Json["status"]!["capacity"]!["memory"]!
        );
    }

    private static JsonObject Event(string name) =>
        JsonNode
            .Parse(
                """
                {"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{},"reason":"Tested","note":"it was tested",
                 "type":"Normal","action":"Test","eventTime":"2026-01-02T03:04:05.000006Z",
                 "reportingController":"llmoperator.dev/test","reportingInstance":"test-0",
                 "regarding":{"kind":"Widget","name":"one","namespace":"default"}}
                """
            )!
            .AsObject()
            .With(name);
}
