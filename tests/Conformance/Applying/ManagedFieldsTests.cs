using System.Text.Json.Nodes;

namespace LlmOperator.Conformance.Applying;

public class ManagedFieldsTests(TargetServers servers) : ConformanceTest(servers)
{
    [Theory, Case("C41")]
    public async Task Update_ByAManager_IsRecordedUnderItsName(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        (await api.PostAsync($"{api.Widgets}?fieldManager=creator", Workspace.Widget("one"))).Ok();
        var answer = await api.MergeAsync($"{api.One}?fieldManager=patcher", """{"spec":{"replicas":2}}""");
        Same("""{"f:spec":{"f:replicas":{}}}""", Entry(answer.Ok(), "patcher")["fieldsV1"]);
        Assert.Equal("Update", (string)Entry(answer, "patcher")["operation"]!);
        Assert.Null(Entry(answer, "creator")["fieldsV1"]!["f:spec"]!["f:replicas"]);
        Assert.NotNull(Entry(answer, "creator")["fieldsV1"]!["f:spec"]!["f:size"]);
    }

    [Theory, Case("C41")]
    public async Task Update_WithoutAManagerName_TakesItFromTheUserAgent(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        using var request = new HttpRequestMessage(HttpMethod.Post, api.Widgets)
        {
            Content = new StringContent(
                Workspace.Widget("one").ToJsonString(),
                new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")
            ),
        };
        request.Headers.UserAgent.ParseAdd("watchmaker/1.2 (linux)");
        using var response = await api.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var answer = await ApiAnswer.ReadAsync(response, TestContext.Current.CancellationToken);
        Assert.Equal("watchmaker", (string)Assert.Single(Entries(answer.Ok()))!["manager"]!);
    }

    [Theory, Case("C43")]
    public async Task Update_OfTheStatus_IsRecordedWithTheSubresource(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.FieldValidation);
        await api.CreateAsync();
        var answer = await api.MergeAsync(
            $"{api.One}/status?fieldManager=keeper",
            """{"status":{"replicas":2}}"""
        );
        var entry = Entry(answer.Ok(), "keeper");
        Assert.Equal("status", (string)entry["subresource"]!);
        Same("""{"f:status":{".":{},"f:replicas":{}}}""", entry["fieldsV1"]);
    }

    [Theory, Case("C43")]
    public async Task ApplyStatus_OwnsConditionsByTypeAndLeavesTheSpec(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        var ready = StatusOf("""{"type":"Ready","status":"True"}""");
        (await api.ApplyAsync($"{api.One}/status", "a", ready.ToJsonString())).Ok();
        var stored = StatusOf("""{"type":"Stored","status":"True"}""").ToJsonString();
        var result = (await api.ApplyAsync($"{api.One}/status", "b", stored)).Ok();
        Assert.Equal("Small", (string)result.Json["spec"]!["size"]!);
        Assert.Equal(1, result.Generation);
        Assert.Equal(
            ["Ready", "Stored"],
            result.Json["status"]!["conditions"]!.AsArray().Select(c => (string)c!["type"]!)
        );
    }

    [Theory, Case("C43")]
    public async Task ApplyStatus_OfAMissingObject_IsNotFound(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var body = StatusOf("""{"type":"Ready","status":"True"}""").ToJsonString();
        Refused(await api.ApplyAsync($"{api.One}/status", "a", body), 404, "NotFound");
    }

    [Theory, Case("C41")]
    public async Task Update_EmptyManagedFields_ClearsThem(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        (await api.ApplyAsync("a", """{"size":"Small","replicas":1}""")).Ok();
        var cleared = await api.JsonPatchAsync(
            api.One,
            """[{"op":"replace","path":"/metadata/managedFields","value":[{}]}]"""
        );
        Assert.Null(cleared.Ok().Json["metadata"]!["managedFields"]);
    }

    [Theory, Case("C41")]
    public async Task Apply_ManagerOverAnObjectFromBeforeApply_CanTakeItsFieldsByForce(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync("""{"size":"Small","replicas":2}""");
        Refused(await api.ApplyAsync("a", """{"size":"Small","replicas":3}"""), 409, "Conflict");
        var answer = (await api.ApplyAsync("a", """{"size":"Small","replicas":3}""", force: true)).Ok();
        Assert.Equal(3, (long)answer.Json["spec"]!["replicas"]!);
        Assert.Equal(2, answer.Generation);
    }

    [Theory, Case("C41")]
    public async Task Update_FieldOfAnApplier_LeavesItsEntryWithoutTheField(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        (await api.ApplyAsync("a", """{"size":"Small","replicas":1}""")).Ok();
        var answer = await api.MergeAsync($"{api.One}?fieldManager=hand", """{"spec":{"replicas":5}}""");
        Same("""{"f:spec":{"f:size":{}}}""", Entry(answer.Ok(), "a")["fieldsV1"]);
    }

    private static JsonArray Entries(ApiAnswer answer) =>
        answer.Json["metadata"]!["managedFields"]!.AsArray();

    private static JsonNode Entry(ApiAnswer answer, string manager) =>
        Entries(answer).Single(e => (string)e!["manager"]! == manager)!;

    private static JsonObject StatusOf(string condition) =>
        new()
        {
            ["apiVersion"] = $"{Workspace.Group}/v1",
            ["kind"] = "Widget",
            ["metadata"] = new JsonObject { ["name"] = "one" },
            ["status"] = JsonNode.Parse($$"""{"conditions":[{{condition}}]}"""),
        };
}
