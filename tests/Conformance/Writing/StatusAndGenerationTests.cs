using System.Text.Json.Nodes;

namespace LlmOperator.Conformance.Writing;

public class StatusAndGenerationTests(TargetServers servers) : ConformanceTest(servers)
{
    [Theory, Case("C43")]
    public async Task Create_WithStatus_DropsIt(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var body = Workspace.Widget("one");
        body["status"] = new JsonObject { ["replicas"] = 3 };
        Assert.Null((await api.CreateAsync(body)).Json["status"]);
    }

    [Theory, Case("C43")]
    public async Task UpdateStatus_ChangesOnlyTheStatus(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var body = (await api.CreateAsync()).Json;
        body["status"] = new JsonObject { ["replicas"] = 3 };
        body["spec"]!["size"] = "Large";
        body["metadata"]!["labels"] = new JsonObject { ["a"] = "b" };
        body["metadata"]!["finalizers"] = new JsonArray("llmoperator.dev/a");
        var answer = (await api.PutAsync($"{api.One}/status", body)).Ok();
        Assert.Equal(3, (long)answer.Json["status"]!["replicas"]!);
        Assert.Equal("Small", (string)answer.Json["spec"]!["size"]!);
        Assert.Null(answer.Json["metadata"]!["labels"]);
        Assert.Null(answer.Json["metadata"]!["finalizers"]);
        Assert.Equal(1, answer.Generation);
    }

    [Theory, Case("C43")]
    public async Task Update_OfTheMainResource_LeavesTheStatus(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        (await api.MergeAsync($"{api.One}/status", """{"status":{"replicas":3}}""")).Ok();
        var answer = await api.MergeAsync(api.One, """{"spec":{"size":"Large"},"status":{"replicas":9}}""");
        Assert.Equal(3, (long)answer.Ok().Json["status"]!["replicas"]!);
        Assert.Equal("Large", (string)answer.Json["spec"]!["size"]!);
    }

    [Theory, Case("C43 C42")]
    public async Task Update_MainResourceWithoutStatus_KeepsIt(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        var body = (await api.MergeAsync($"{api.One}/status", """{"status":{"replicas":3}}""")).Ok().Json;
        body.Remove("status");
        var answer = (await api.PutAsync(api.One, body)).Ok();
        Assert.Equal(3, (long)answer.Json["status"]!["replicas"]!);
    }

    [Theory, Case("C44 C43")]
    public async Task UpdateStatus_StaleVersion_IsAConflict(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var first = await api.CreateAsync();
        (await api.MergeAsync(api.One, """{"spec":{"size":"Large"}}""")).Ok();
        Refused(await api.PutAsync($"{api.One}/status", first.Json), 409, "Conflict");
    }

    [Theory, Case("C43")]
    public async Task UpdateStatus_OutsideTheSchema_IsInvalidWithItsPath(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        var answer = await api.MergeAsync(
            $"{api.One}/status",
            """{"status":{"observedGeneration":"three"}}"""
        );
        Assert.Equal(["status.observedGeneration"], Refused(answer, 422, "Invalid").CauseFields);
    }

    [Theory]
    [Case("C43", """{"metadata":{"labels":{"a":"b"}}}""", 1)]
    [Case("C43", """{"metadata":{"annotations":{"a":"b"}}}""", 1)]
    [Case("C43", """{"metadata":{"finalizers":["llmoperator.dev/a"]}}""", 1)]
    [Case("C43", """{"spec":{"replicas":2}}""", 2)]
    [Case("C43", """{"spec":{"replicas":1}}""", 1)]
    [Case("C43", """{"spec":{"text":null}}""", 1)]
    [Case("C43", """{"metadata":{"generation":77}}""", 1)]
    public async Task Generation_AfterAPatch_CountsChangesOfTheSpec(
        TargetKind target,
        string patch,
        int expected
    )
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        Assert.Equal(expected, (await api.MergeAsync(api.One, patch)).Ok().Generation);
        (await api.MergeAsync(api.One, """{"metadata":{"finalizers":null}}""")).Ok();
    }

    [Theory, Case("C43")]
    public async Task Generation_AfterAStatusWrite_Stays(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        Assert.Equal(
            1,
            (await api.MergeAsync($"{api.One}/status", """{"status":{"replicas":1}}""")).Generation
        );
    }

    [Theory, Case("C43")]
    public async Task Generation_KindWithoutStatusSubresource_CountsAllButMetadata(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var path = $"{Workspace.AllGadgets}/{api.Own("g")}";
        var body = new JsonObject
        {
            ["apiVersion"] = $"{Workspace.Group}/v1",
            ["kind"] = "Gadget",
            ["metadata"] = new JsonObject { ["name"] = api.Own("g") },
            ["status"] = new JsonObject { ["a"] = 1 },
        };
        Assert.NotNull((await api.PostAsync(Workspace.AllGadgets, body)).Ok().Json["status"]);
        Assert.Equal(2, (await api.MergeAsync(path, """{"status":{"a":2}}""")).Ok().Generation);
        Assert.Equal(
            2,
            (await api.MergeAsync(path, """{"metadata":{"labels":{"a":"b"}}}""")).Ok().Generation
        );
        Assert.Equal(404, (int)(await api.GetAsync($"{path}/status")).Code);
        (await api.DeleteAsync(path)).Ok();
    }

    [Theory, Case("C43")]
    public async Task GetStatus_OfAnObject_ShowsTheWholeObject(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        Assert.Equal("Small", (string)(await api.GetAsync($"{api.One}/status")).Ok().Json["spec"]!["size"]!);
    }

    [Theory, Case("C43")]
    public async Task Scale_ReadAndWritten_GoesThroughThePathsOfTheCrd(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        (
            await api.MergeAsync($"{api.One}/status", """{"status":{"replicas":1,"selector":"app=one"}}""")
        ).Ok();
        var scaled = (await api.MergeAsync($"{api.One}/scale", """{"spec":{"replicas":4}}""")).Ok();
        Assert.Equal("Scale", (string)scaled.Json["kind"]!);
        Assert.Equal("autoscaling/v1", (string)scaled.Json["apiVersion"]!);
        Assert.Equal("app=one", (string)scaled.Json["status"]!["selector"]!);
        scaled.Json["spec"]!["replicas"] = 5;
        (await api.PutAsync($"{api.One}/scale", scaled.Json)).Ok();
        var widget = await api.GetAsync(api.One);
        Assert.Equal(5, (long)widget.Json["spec"]!["replicas"]!);
        Assert.Equal(3, widget.Generation);
    }
}
