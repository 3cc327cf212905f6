using System.Text.Json.Nodes;

namespace LlmOperator.Conformance.Writing;

public class DryRunTests(TargetServers servers) : ConformanceTest(servers)
{
    [Theory, Case("C41")]
    public async Task Create_DryRun_AnswersButStoresNothing(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var answer = await api.PostAsync($"{api.Widgets}?dryRun=All", Workspace.Widget("one"));
        Assert.Equal(201, (int)answer.Code);
        Assert.Equal(1, (long)answer.Json["spec"]!["replicas"]!);
        Assert.Equal(404, (int)(await api.GetAsync(api.One)).Code);
    }

    [Theory, Case("C47")]
    public async Task Create_DryRunOfAnExistingName_IsRefusedAsIfReal(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        var answer = await api.PostAsync($"{api.Widgets}?dryRun=All", Workspace.Widget("one"));
        Refused(answer, 409, "AlreadyExists");
    }

    [Theory, Case("C41")]
    public async Task Patch_DryRun_ShowsTheResultAndKeepsTheObject(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var created = await api.CreateAsync();
        var tried = (await api.MergeAsync($"{api.One}?dryRun=All", """{"spec":{"replicas":5}}""")).Ok();
        Assert.Equal(5, (long)tried.Json["spec"]!["replicas"]!);
        Assert.Equal(2, tried.Generation);
        Assert.True(JsonNode.DeepEquals(created.Json, (await api.GetAsync(api.One)).Json));
    }

    [Theory, Case("C41")]
    public async Task Apply_DryRun_DetectsConflictsAndKeepsTheObject(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var first = (await api.ApplyAsync("a", """{"size":"Small","replicas":1}""")).Ok();
        var body = Workspace.Widget("one", """{"size":"Small","replicas":2}""").ToJsonString();
        Refused(await api.ApplyAsync($"{api.One}?dryRun=All", "b", body), 409, "Conflict");
        (await api.ApplyAsync($"{api.One}?dryRun=All", "b", body, force: true)).Ok();
        Assert.True(JsonNode.DeepEquals(first.Json, (await api.GetAsync(api.One)).Json));
    }

    [Theory, Case("C47")]
    public async Task Delete_DryRun_KeepsTheObject(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var created = await api.CreateAsync();
        (await api.DeleteAsync($"{api.One}?dryRun=All")).Ok();
        Assert.True(JsonNode.DeepEquals(created.Json, (await api.GetAsync(api.One)).Json));
    }

    [Theory, Case("C47")]
    public async Task DeleteCollection_DryRun_KeepsTheObjects(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateManyAsync("a", "b");
        (await api.DeleteAsync($"{api.Widgets}?dryRun=All")).Ok();
        Assert.Equal(["a", "b"], (await api.GetAsync(api.Widgets)).Names);
    }

    [Theory, Case("C8")]
    public async Task Patch_DryRunThatIsInvalid_IsRefusedAsIfReal(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        var bad = await api.MergeAsync($"{api.One}?dryRun=All", """{"spec":{"replicas":-5}}""");
        Refused(bad, 422, "Invalid");
    }

    [Theory, Case("C8")]
    public async Task Create_DryRunOfAnUnknownKind_IsRefused(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var answer = await api.PostAsync($"{api.Widgets}?dryRun=Some", Workspace.Widget("one"));
        Says("supported values: \"All\"", Refused(answer, 422, "Invalid"));
    }
}
