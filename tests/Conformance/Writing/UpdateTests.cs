using System.Text.Json.Nodes;

namespace LlmOperator.Conformance.Writing;

public class UpdateTests(TargetServers servers) : ConformanceTest(servers)
{
    [Theory, Case("C44")]
    public async Task Update_StaleResourceVersion_IsAConflict(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var first = await api.CreateAsync();
        (await api.MergeAsync(api.One, """{"spec":{"replicas":2}}""")).Ok();
        var late = Refused(await api.PutAsync(api.One, first.Json), 409, "Conflict");
        Assert.Equal(
            $"Operation cannot be fulfilled on widgets.{Workspace.Group} \"one\": the object has been modified; please apply your changes to the latest version and try again",
            late.Message
        );
    }

    [Theory, Case("C44")]
    public async Task Update_FreshResourceVersion_Succeeds(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var first = await api.CreateAsync();
        first.Json["spec"]!["replicas"] = 7;
        var second = (await api.PutAsync(api.One, first.Json)).Ok();
        Assert.Equal(7, (long)second.Json["spec"]!["replicas"]!);
        Assert.True(long.Parse(second.ResourceVersion) > long.Parse(first.ResourceVersion));
    }

    [Theory, Case("C44")]
    public async Task Update_ManyFromTheSameVersion_OneWins(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var first = await api.CreateAsync();
        var bodies = Enumerable
            .Range(2, 8)
            .Select(i =>
            {
                var body = first.Json.DeepClone();
                body["spec"]!["replicas"] = i;
                return api.PutAsync(api.One, body);
            });
        var codes = (await Task.WhenAll(bodies)).Select(a => (int)a.Code).ToList();
        Assert.Single(codes, 200);
        Assert.Equal(7, codes.Count(c => c == 409));
    }

    [Theory, Case("C44")]
    public async Task Update_WithoutResourceVersion_IsRefusedForCustomKinds(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        var answer = Refused(await api.PutAsync(api.One, Workspace.Widget("one")), 422, "Invalid");
        Assert.Equal(["metadata.resourceVersion"], answer.CauseFields);
    }

    [Theory, Case("C44")]
    public async Task Update_WithoutResourceVersion_IsUnconditionalForConfigMaps(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.CoreKinds);
        var body = JsonNode.Parse("""{"metadata":{"name":"c"},"data":{"a":"1"}}""")!;
        (await api.PostAsync(api.ConfigMaps, body)).Ok();
        body["data"]!["a"] = "2";
        var answer = (await api.PutAsync($"{api.ConfigMaps}/c", body)).Ok();
        Assert.Equal("2", (string)answer.Json["data"]!["a"]!);
    }

    [Theory, Case("C43")]
    public async Task Update_NothingChanges_KeepsTheResourceVersion(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var first = await api.CreateAsync();
        var second = (await api.PutAsync(api.One, first.Json)).Ok();
        Assert.Equal(first.ResourceVersion, second.ResourceVersion);
    }

    [Theory, Case("C42")]
    public async Task Update_FieldLeftOut_IsRemoved(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var first = await api.CreateAsync("""{"size":"Small","node":"n1","text":"t"}""");
        first.Json["spec"]!.AsObject().Remove("node");
        var second = (await api.PutAsync(api.One, first.Json)).Ok();
        Assert.Null(second.Json["spec"]!["node"]);
        Assert.Equal("t", (string)second.Json["spec"]!["text"]!);
    }

    [Theory, Case("C8")]
    public async Task Update_NameOfTheBodyDiffers_IsABadRequest(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var first = await api.CreateAsync();
        first.Json["metadata"]!["name"] = "two";
        var answer = Refused(await api.PutAsync(api.One, first.Json), 400, "BadRequest");
        Says("the name of the object (two) does not match the name on the URL (one)", answer);
    }

    [Theory, Case("C25 C47")]
    public async Task Update_UidOfAnother_IsAConflict(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var first = await api.CreateAsync();
        first.Json["metadata"]!["uid"] = "11111111-2222-3333-4444-555555555555";
        Refused(await api.PutAsync(api.One, first.Json), 409, "Conflict");
    }

    [Theory, Case("C8")]
    public async Task Update_UnknownObject_IsNotFound(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var body = Workspace.WidgetWith("one", """{"resourceVersion":"1"}""");
        Refused(await api.PutAsync(api.One, body), 404, "NotFound");
    }

    [Theory, Case("C8")]
    public async Task Get_UnknownObject_IsAStatusWithDetails(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var answer = await api.GetAsync(api.One);
        Same(
            $$"""
            {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",
             "message":"widgets.{{Workspace.Group}} \"one\" not found","reason":"NotFound",
             "details":{"name":"one","group":"{{Workspace.Group}}","kind":"widgets"},"code":404}
            """,
            answer.Json
        );
    }
}
