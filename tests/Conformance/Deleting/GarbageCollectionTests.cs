using System.Text.Json.Nodes;

namespace LlmOperator.Conformance.Deleting;

public class GarbageCollectionTests(TargetServers servers) : ConformanceTest(servers)
{
    [Theory, Case("C46")]
    public async Task Delete_Background_DependentsFollowTheirOwner(TargetKind target)
    {
        await using var api = await OpenGarbageAsync(target);
        await DependentAsync(api, "child", await api.CreateAsync());
        (await api.DeleteAsync(api.One, """{"propagationPolicy":"Background"}""")).Ok();
        Refused(await api.GetAsync(api.One), 404, "NotFound");
        await api.UntilGoneAsync($"{api.ConfigMaps}/child");
    }

    [Theory, Case("C46")]
    public async Task Delete_WithoutAPolicy_IsBackgroundForCustomKinds(TargetKind target)
    {
        await using var api = await OpenGarbageAsync(target);
        await DependentAsync(api, "child", await api.CreateAsync());
        (await api.DeleteAsync(api.One)).Ok();
        await api.UntilGoneAsync($"{api.ConfigMaps}/child");
    }

    [Theory, Case("C46")]
    public async Task Delete_Foreground_OwnerStaysUntilItsDependentsAreGone(TargetKind target)
    {
        await using var api = await OpenGarbageAsync(target);
        await DependentAsync(api, "child", await api.CreateAsync(), """["llmoperator.dev/hold"]""");
        var marked = (await api.DeleteAsync(api.One, """{"propagationPolicy":"Foreground"}""")).Ok();
        Assert.Equal("foregroundDeletion", (string)marked.Json["metadata"]!["finalizers"]![0]!);
        var child = $"{api.ConfigMaps}/child";
        await api.UntilAsync(child, a => a.Json["metadata"]!["deletionTimestamp"] is not null);
        (await api.GetAsync(api.One)).Ok();
        (await api.MergeAsync(child, """{"metadata":{"finalizers":null}}""")).Ok();
        await api.UntilGoneAsync(api.One);
    }

    [Theory, Case("C46")]
    public async Task Delete_Foreground_DoesNotWaitForWhatDoesNotBlock(TargetKind target)
    {
        await using var api = await OpenGarbageAsync(target);
        var owner = await api.CreateAsync();
        await DependentAsync(api, "child", owner, """["llmoperator.dev/hold"]""", blocks: false);
        (await api.DeleteAsync(api.One, """{"propagationPolicy":"Foreground"}""")).Ok();
        await api.UntilGoneAsync(api.One);
        (await api.MergeAsync($"{api.ConfigMaps}/child", """{"metadata":{"finalizers":null}}""")).Ok();
        await api.UntilGoneAsync($"{api.ConfigMaps}/child");
    }

    [Theory, Case("C46")]
    public async Task Delete_Orphan_DependentsStayWithoutTheReference(TargetKind target)
    {
        await using var api = await OpenGarbageAsync(target);
        await DependentAsync(api, "child", await api.CreateAsync());
        (await api.DeleteAsync($"{api.One}?propagationPolicy=Orphan")).Ok();
        await api.UntilGoneAsync(api.One);
        var child = (await api.GetAsync($"{api.ConfigMaps}/child")).Ok();
        Assert.Null(child.Json["metadata"]!["ownerReferences"]);
    }

    [Theory, Case("C46")]
    public async Task Create_OwnerWithThatUidNeverWas_IsCollected(TargetKind target)
    {
        await using var api = await OpenGarbageAsync(target);
        await api.CreateAsync();
        var stale = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "one", ["uid"] = Guid.NewGuid().ToString() },
        };
        await DependentAsync(api, "child", stale);
        await api.UntilGoneAsync($"{api.ConfigMaps}/child");
        (await api.GetAsync(api.One)).Ok();
    }

    [Theory, Case("C46")]
    public async Task Delete_OneOfTwoOwners_DependentStaysWithTheOther(TargetKind target)
    {
        await using var api = await OpenGarbageAsync(target);
        var first = await api.CreateAsync();
        var second = await api.CreateAsync(Workspace.Widget("second"));
        await CreateAsync(api, "child", "[]", Reference(first.Json, true), Reference(second.Json, true));
        (await api.DeleteAsync(api.One)).Ok();
        var left = await api.UntilAsync(
            $"{api.ConfigMaps}/child",
            a => a.Json["metadata"]!["ownerReferences"]!.AsArray().Count == 1
        );
        Assert.Equal("second", (string)left.Json["metadata"]!["ownerReferences"]![0]!["name"]!);
    }

    [Theory, Case("C46")]
    public async Task Delete_Chain_IsFollowedToItsEnd(TargetKind target)
    {
        await using var api = await OpenGarbageAsync(target);
        var child = await DependentAsync(api, "child", await api.CreateAsync());
        var reference = Reference(child.Json, true);
        reference["apiVersion"] = "v1";
        reference["kind"] = "ConfigMap";
        await CreateAsync(api, "grandchild", "[]", reference);
        (await api.DeleteAsync(api.One)).Ok();
        await api.UntilGoneAsync($"{api.ConfigMaps}/grandchild");
    }

    [Theory, Case("C46")]
    public async Task Delete_Namespace_TakesItsContent(TargetKind target)
    {
        await using var api = await OpenGarbageAsync(target);
        await api.CreateAsync();
        await CreateAsync(api, "c", "[]");
        (await api.DeleteAsync($"api/v1/namespaces/{api.Namespace}")).Ok();
        await api.UntilGoneAsync($"api/v1/namespaces/{api.Namespace}");
        Assert.Empty((await api.GetAsync(api.Widgets)).Ok().Items);
    }

    [Theory, Case("C46 C48")]
    public async Task Create_InANamespaceThatIsBeingDeleted_IsForbidden(TargetKind target)
    {
        await using var api = await OpenGarbageAsync(target);
        await api.CreateAsync(Workspace.WidgetWith("one", """{"finalizers":["llmoperator.dev/hold"]}"""));
        (await api.DeleteAsync($"api/v1/namespaces/{api.Namespace}")).Ok();
        // A kube-apiserver learns of the deletion a moment later, through its own watch.
        var refused = await api.UntilAsync(
            () => api.PostAsync($"{api.Widgets}?dryRun=All", Workspace.Widget("late")),
            answer => (int)answer.Code != 201
        );
        Refused(refused, 403, "Forbidden");
        Assert.Equal("NamespaceTerminating", (string)refused.Json["details"]!["causes"]![0]!["reason"]!);
        (await api.MergeAsync(api.One, """{"metadata":{"finalizers":null}}""")).Ok();
        await api.UntilGoneAsync($"api/v1/namespaces/{api.Namespace}");
    }

    private Task<Workspace> OpenGarbageAsync(TargetKind target) =>
        OpenAsync(target, Need.CoreKinds, Need.GarbageCollector);

    private static Task<ApiAnswer> DependentAsync(
        Workspace api,
        string name,
        ApiAnswer owner,
        string finalizers = "[]",
        bool blocks = true
    ) => CreateAsync(api, name, finalizers, Reference(owner.Json, blocks));

    private static Task<ApiAnswer> DependentAsync(Workspace api, string name, JsonObject owner) =>
        CreateAsync(api, name, "[]", Reference(owner, true));

    private static async Task<ApiAnswer> CreateAsync(
        Workspace api,
        string name,
        string finalizers,
        params JsonNode[] owners
    )
    {
        var child = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["ownerReferences"] = new JsonArray(owners),
                ["finalizers"] = JsonNode.Parse(finalizers),
            },
        };
        return (await api.PostAsync(api.ConfigMaps, child)).Ok();
    }

    private static JsonObject Reference(JsonObject owner, bool blocks) =>
        new()
        {
            ["apiVersion"] = $"{Workspace.Group}/v1",
            ["kind"] = "Widget",
            ["name"] = (string)owner["metadata"]!["name"]!,
            ["uid"] = (string)owner["metadata"]!["uid"]!,
            ["controller"] = false,
            ["blockOwnerDeletion"] = blocks,
        };
}
