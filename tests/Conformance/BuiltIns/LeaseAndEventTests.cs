using System.Text.Json.Nodes;

namespace LlmOperator.Conformance.BuiltIns;

public class LeaseAndEventTests(TargetServers servers) : ConformanceTest(servers)
{
    [Theory, Case("C50")]
    public async Task Lease_Created_KeepsSixFractionalDigits(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.Leases);
        var created = (await api.PostAsync(Leases(api), Lease("a"))).Ok();
        Assert.Equal("2026-01-02T03:04:05.000006Z", (string)created.Json["spec"]!["renewTime"]!);
        Assert.Null(created.Json["metadata"]!["generation"]);
    }

    [Theory, Case("C50 C44")]
    public async Task Lease_TwoTakersFromTheSameVersion_OneWins(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.Leases);
        var created = (await api.PostAsync(Leases(api), Lease("a"))).Ok();
        JsonNode Taken(string by)
        {
            var lease = created.Json.DeepClone();
            lease["spec"]!["holderIdentity"] = by;
            return lease;
        }
        (await api.PutAsync($"{Leases(api)}/l", Taken("b"))).Ok();
        Refused(await api.PutAsync($"{Leases(api)}/l", Taken("c")), 409, "Conflict");
        Assert.Equal("b", (string)(await api.GetAsync($"{Leases(api)}/l")).Json["spec"]!["holderIdentity"]!);
    }

    [Theory]
    [Case("C50", "leaseDurationSeconds", 0)]
    [Case("C50", "leaseTransitions", -1)]
    public async Task Lease_ImpossibleNumbers_AreInvalid(TargetKind target, string field, int value)
    {
        await using var api = await OpenAsync(target, Need.Leases);
        var lease = Lease("a");
        lease["spec"]![field] = value;
        var answer = Refused(await api.PostAsync(Leases(api), lease), 422, "Invalid");
        Assert.Equal([$"spec.{field}"], answer.CauseFields);
    }

    [Theory, Case("C50")]
    public async Task Lease_ReleasedWithAnEmptyHolder_CanBeTaken(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.Leases);
        (await api.PostAsync(Leases(api), Lease("a"))).Ok();
        var free = await api.MergeAsync(
            $"{Leases(api)}/l",
            """{"spec":{"holderIdentity":null,"leaseDurationSeconds":1}}"""
        );
        Assert.Null(free.Ok().Json["spec"]!["holderIdentity"]);
        free.Json["spec"]!["holderIdentity"] = "b";
        (await api.PutAsync($"{Leases(api)}/l", free.Json)).Ok();
    }

    [Theory, Case("C48")]
    public async Task Event_InTheNewGroup_IsSeenInTheCoreGroup(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.Events, Need.CoreKinds);
        (await api.PostAsync(Events(api), Event(api))).Ok();
        var core = (await api.GetAsync($"{CoreEvents(api)}/e")).Ok().Json;
        Assert.Equal("v1", (string)core["apiVersion"]!);
        Assert.Equal("one", (string)core["involvedObject"]!["name"]!);
        Assert.Equal("it was tested 😀", (string)core["message"]!);
        Assert.Equal("llmoperator.dev/test", (string)core["reportingComponent"]!);
    }

    [Theory, Case("C48")]
    public async Task Event_Series_IsPatchedWithItsCount(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.Events, Need.CoreKinds);
        (await api.PostAsync(Events(api), Event(api))).Ok();
        const string Series = """{"series":{"count":2,"lastObservedTime":"2026-01-02T03:05:05.000000Z"}}""";
        (await api.MergeAsync($"{Events(api)}/e", Series)).Ok();
        var core = (await api.GetAsync($"{CoreEvents(api)}/e")).Ok();
        Assert.Equal(2, (long)core.Json["series"]!["count"]!);
    }

    [Theory, Case("C48")]
    public async Task Event_SeriesOfAMissingEvent_IsNotFound(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.Events);
        const string Series = """{"series":{"count":2,"lastObservedTime":"2026-01-02T03:05:05.000000Z"}}""";
        Refused(await api.MergeAsync($"{Events(api)}/e", Series), 404, "NotFound");
    }

    [Theory, Case("C48 C23")]
    public async Task Event_FieldSelectorOfTheObject_FindsIt(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.Events, Need.CoreKinds);
        (await api.PostAsync(Events(api), Event(api))).Ok();
        var found = await api.GetAsync(
            $"{CoreEvents(api)}?fieldSelector=involvedObject.name%3Done,involvedObject.kind%3DWidget"
        );
        Assert.Equal(["e"], found.Ok().Names);
        var none = await api.GetAsync($"{CoreEvents(api)}?fieldSelector=involvedObject.name%3Dtwo");
        Assert.Empty(none.Ok().Names);
    }

    [Theory]
    [Case("C48", "reportingController")]
    [Case("C48", "reportingInstance")]
    [Case("C48", "action")]
    [Case("C48", "reason")]
    [Case("C48", "eventTime")]
    public async Task Event_WithoutARequiredField_IsInvalid(TargetKind target, string field)
    {
        await using var api = await OpenAsync(target, Need.Events);
        var body = Event(api);
        body.Remove(field);
        Refused(await api.PostAsync(Events(api), body), 422, "Invalid");
    }

    [Theory, Case("C42")]
    public async Task Secret_StringData_IsFoldedIntoData(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.CoreKinds);
        var body = JsonNode.Parse(
            """{"metadata":{"name":"s"},"data":{"a":"MQ=="},"stringData":{"a":"größe","b":"2"}}"""
        )!;
        var created = (await api.PostAsync($"api/v1/namespaces/{api.Namespace}/secrets", body)).Ok();
        Same("""{"a":"Z3LDtsOfZQ==","b":"Mg=="}""", created.Json["data"]);
        Assert.Null(created.Json["stringData"]);
        Assert.Equal("Opaque", (string)created.Json["type"]!);
    }

    [Theory, Case("C42")]
    public async Task ConfigMap_Immutable_CannotBeChanged(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.CoreKinds);
        var body = JsonNode.Parse("""{"metadata":{"name":"c"},"data":{"a":"1"},"immutable":true}""")!;
        (await api.PostAsync(api.ConfigMaps, body)).Ok();
        var answer = await api.MergeAsync($"{api.ConfigMaps}/c", """{"data":{"a":"2"}}""");
        Assert.Equal(["data"], Refused(answer, 422, "Invalid").CauseFields);
    }

    [Theory, Case("C8")]
    public async Task ConfigMap_ImpossibleKey_IsInvalid(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.CoreKinds);
        var body = JsonNode.Parse("""{"metadata":{"name":"c"},"data":{"a b":"1"}}""")!;
        Assert.Equal(
            ["data[a b]"],
            Refused(await api.PostAsync(api.ConfigMaps, body), 422, "Invalid").CauseFields
        );
    }

    private static string Leases(Workspace api) =>
        $"apis/coordination.k8s.io/v1/namespaces/{api.Namespace}/leases";

    private static string Events(Workspace api) => $"apis/events.k8s.io/v1/namespaces/{api.Namespace}/events";

    private static string CoreEvents(Workspace api) => $"api/v1/namespaces/{api.Namespace}/events";

    private static JsonNode Lease(string holder) =>
        JsonNode.Parse(
            $$"""
            {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l"},
             "spec":{"holderIdentity":"{{holder}}","leaseDurationSeconds":15,"renewTime":"2026-01-02T03:04:05.000006Z"} }
            """
        )!;

    private static JsonObject Event(Workspace api) =>
        JsonNode
            .Parse(
                $$"""
                {"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"e"},"reason":"Tested",
                 "note":"it was tested 😀","type":"Normal","action":"Test","eventTime":"2026-01-02T03:04:05.000006Z",
                 "reportingController":"llmoperator.dev/test","reportingInstance":"test-0",
                 "regarding":{"kind":"Widget","name":"one","namespace":"{{api.Namespace}}"} }
                """
            )!
            .AsObject();
}
