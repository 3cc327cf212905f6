namespace LlmOperator.Conformance.Applying;

public class ListsAndMapsTests(TargetServers servers) : ConformanceTest(servers)
{
    [Theory, Case("C41")]
    public async Task Apply_ListMap_MergesEntriesByKeyAndRemovesOnlyOwnOnes(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        (await PortsAsync(api, "a", """[{"name":"http","port":80},{"name":"admin","port":1}]""")).Ok();
        (await PortsAsync(api, "b", """[{"name":"grpc","port":90}]""")).Ok();
        var result = (await PortsAsync(api, "a", """[{"name":"http","port":81}]""")).Ok();
        var ports = result.Json["spec"]!["ports"]!.AsArray().Select(p => $"{p!["name"]}={p["port"]}").Order();
        Assert.Equal(["grpc=90", "http=81"], ports);
    }

    [Theory, Case("C41")]
    public async Task Apply_FieldOfAnothersListEntry_IsAConflictWithTheKeyInItsPath(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        (await PortsAsync(api, "a", """[{"name":"http","port":80}]""")).Ok();
        var answer = await PortsAsync(api, "b", """[{"name":"http","port":81}]""");
        Assert.Equal([".spec.ports[name=\"http\"].port"], Refused(answer, 409, "Conflict").CauseFields);
    }

    [Theory, Case("C41")]
    public async Task Apply_OtherFieldOfAnothersListEntry_IsShared(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        (await PortsAsync(api, "a", """[{"name":"http","port":80}]""")).Ok();
        (await PortsAsync(api, "b", """[{"name":"http","protocol":"UDP"}]""")).Ok();
        var left = (await PortsAsync(api, "a", "[]")).Ok();
        Same("""[{"name":"http","protocol":"UDP"}]""", left.Json["spec"]!["ports"]);
    }

    [Theory, Case("C41")]
    public async Task Apply_ListMapWithTheSameKeyTwice_IsRefused(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var answer = await PortsAsync(api, "a", """[{"name":"http"},{"name":"http"}]""");
        Assert.True((int)answer.Code >= 400, answer.Text);
        Assert.Equal(404, (int)(await api.GetAsync(api.One)).Code);
    }

    [Theory, Case("C41")]
    public async Task Apply_ListMapEntryWithoutItsKey_IsRefused(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var answer = await PortsAsync(api, "a", """[{"port":1}]""");
        Assert.True((int)answer.Code >= 400, answer.Text);
    }

    [Theory, Case("C41")]
    public async Task Apply_ListMapOrder_FollowsTheApplier(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.RecentVersion);
        (await PortsAsync(api, "a", """[{"name":"a"},{"name":"b"},{"name":"c"}]""")).Ok();
        var answer = (await PortsAsync(api, "a", """[{"name":"c"},{"name":"a"},{"name":"b"}]""")).Ok();
        Assert.Equal(
            ["c", "a", "b"],
            answer.Json["spec"]!["ports"]!.AsArray().Select(p => (string)p!["name"]!)
        );
    }

    [Theory, Case("C41")]
    public async Task Apply_Set_UnitesValuesAndRemovesOnlyOwnOnes(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        (await api.ApplyAsync("a", """{"size":"Small","tags":["x","y"]}""")).Ok();
        (await api.ApplyAsync("b", """{"size":"Small","tags":["z"]}""")).Ok();
        var result = (await api.ApplyAsync("a", """{"size":"Small","tags":["y"]}""")).Ok();
        Assert.Equal(["y", "z"], result.Json["spec"]!["tags"]!.AsArray().Select(t => (string)t!).Order());
    }

    [Theory, Case("C41")]
    public async Task Apply_SetValueOfTwoManagers_StaysUntilBothGiveItUp(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.RecentVersion);
        (await api.ApplyAsync("a", """{"size":"Small","tags":["x"]}""")).Ok();
        (await api.ApplyAsync("b", """{"size":"Small","tags":["x"]}""")).Ok();
        var first = (await api.ApplyAsync("a", """{"size":"Small"}""")).Ok();
        Same("""["x"]""", first.Json["spec"]!["tags"]);
        var second = (await api.ApplyAsync("b", """{"size":"Small"}""")).Ok();
        Assert.Null(second.Json["spec"]!["tags"]);
    }

    [Theory]
    [Case("C41", """{"size":"Small","args":["1","2"]}""", """{"size":"Small","args":["1"]}""", ".spec.args")]
    [Case(
        "C41",
        """{"size":"Small","whole":{"a":"1"}}""",
        """{"size":"Small","whole":{"b":"2"}}""",
        ".spec.whole"
    )]
    public async Task Apply_AtomicValue_IsOwnedAsAWhole(
        TargetKind target,
        string first,
        string second,
        string field
    )
    {
        await using var api = await OpenAsync(target);
        (await api.ApplyAsync("a", first)).Ok();
        Assert.Equal([field], Refused(await api.ApplyAsync("b", second), 409, "Conflict").CauseFields);
    }

    [Theory, Case("C41")]
    public async Task Apply_AtomicMapByForce_IsReplacedWhole(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        (await api.ApplyAsync("a", """{"size":"Small","whole":{"a":"1"}}""")).Ok();
        var answer = (await api.ApplyAsync("b", """{"size":"Small","whole":{"b":"2"}}""", force: true)).Ok();
        Same("""{"b":"2"}""", answer.Json["spec"]!["whole"]);
    }

    [Theory, Case("C41")]
    public async Task Apply_MapOfTwoManagers_HoldsTheKeysOfBoth(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        (await api.ApplyAsync("a", """{"size":"Small","labels":{"x":"1","y":"2"}}""")).Ok();
        (await api.ApplyAsync("b", """{"size":"Small","labels":{"z":"3"}}""")).Ok();
        var answer = (await api.ApplyAsync("a", """{"size":"Small","labels":{"x":"1"}}""")).Ok();
        Same("""{"x":"1","z":"3"}""", answer.Json["spec"]!["labels"]);
    }

    [Theory, Case("C41")]
    public async Task Apply_PreservedUnknownFields_AreOwnedFieldByField(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.RecentVersion);
        (await api.ApplyAsync("a", """{"size":"Small","extra":{"x":{"a":1}}}""")).Ok();
        (await api.ApplyAsync("b", """{"size":"Small","extra":{"x":{"b":2}}}""")).Ok();
        var answer = (await api.ApplyAsync("a", """{"size":"Small"}""")).Ok();
        Same("""{"x":{"b":2}}""", answer.Json["spec"]!["extra"]);
    }

    [Theory, Case("C41 C46")]
    public async Task Apply_OwnerReferencesAndFinalizers_AreMergedByUidAndValue(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await using var other = await OpenAsync(target);
        var first = await other.CreateAsync();
        string Body(string name, string uid, string finalizer) =>
            Workspace
                .WidgetWith(
                    "one",
                    $$"""
                    {"finalizers":["llmoperator.dev/{{finalizer}}"],
                     "ownerReferences":[{"apiVersion":"elsewhere.example/v1","kind":"X","name":"{{name}}","uid":"{{uid}}"}]}
                    """
                )
                .ToJsonString();
        (await api.ApplyAsync(api.One, "a", Body("x", first.Uid, "a"))).Ok();
        var answer = (await api.ApplyAsync(api.One, "b", Body("y", $"{first.Uid}-2", "b"))).Ok();
        Assert.Equal(2, answer.Json["metadata"]!["ownerReferences"]!.AsArray().Count);
        Assert.Equal(2, answer.Json["metadata"]!["finalizers"]!.AsArray().Count);
        (await api.MergeAsync(api.One, """{"metadata":{"finalizers":null}}""")).Ok();
    }

    private static Task<ApiAnswer> PortsAsync(Workspace api, string manager, string ports) =>
        api.ApplyAsync(manager, $$"""{"size":"Small","ports":{{ports}} }""");
}
