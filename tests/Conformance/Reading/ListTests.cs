namespace LlmOperator.Conformance.Reading;

public class ListTests(TargetServers servers) : ConformanceTest(servers)
{
    [Theory, Case("C11")]
    public async Task List_Empty_HasAVersionAndNoItems(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var list = (await api.GetAsync(api.Widgets)).Ok();
        Assert.Equal("WidgetList", (string)list.Json["kind"]!);
        Assert.Empty(list.Items);
        Assert.True(long.Parse(list.ResourceVersion) > 0);
    }

    [Theory, Case("C11")]
    public async Task List_OfNamedObjects_IsInTheOrderOfTheirNames(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateManyAsync("c", "a", "b");
        var list = (await api.GetAsync(api.Widgets)).Ok();
        Assert.Equal(["a", "b", "c"], list.Names);
        Assert.Equal("Widget", (string)list.Items[0]!["kind"]!);
    }

    [Theory, Case("C11")]
    public async Task List_OfAllNamespaces_HoldsObjectsOfEach(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await using var other = await OpenAsync(target);
        await api.CreateManyAsync("here");
        await other.CreateManyAsync("there");
        var spaces = (await api.GetAsync(Workspace.AllWidgets))
            .Ok()
            .Items.Select(i => (string)i!["metadata"]!["namespace"]!)
            .ToList();
        Assert.Contains(api.Namespace, spaces);
        Assert.Contains(other.Namespace, spaces);
        Assert.Equal(["there"], (await api.GetAsync(other.Widgets)).Names);
    }

    [Theory, Case("C12")]
    public async Task List_ExactVersion_ShowsThePast(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateManyAsync("a");
        var then = await api.GetAsync(api.Widgets);
        await api.CreateManyAsync("b");
        var past = await api.GetAsync(Exact(api, then.ResourceVersion));
        Assert.Equal(["a"], past.Ok().Names);
        Assert.Equal(then.ResourceVersion, past.ResourceVersion);
    }

    [Theory, Case("C12")]
    public async Task List_ExactVersionWithLimit_ContinuesInThePast(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateManyAsync("a", "b");
        var then = await api.GetAsync(api.Widgets);
        await api.CreateManyAsync("c");
        var first = (await api.GetAsync($"{Exact(api, then.ResourceVersion)}&limit=1")).Ok();
        var second = (
            await api.GetAsync($"{api.Widgets}?limit=5&continue={first.Json["metadata"]!["continue"]}")
        ).Ok();
        Assert.Equal(["a"], first.Names);
        Assert.Equal(["b"], second.Names);
    }

    [Theory]
    [Case("C12", "&resourceVersionMatch=NotOlderThan")]
    [Case("C12", "")]
    public async Task List_NotOlderThanAVersion_HasThatVersionsObjects(TargetKind target, string match)
    {
        await using var api = await OpenAsync(target);
        var created = await api.CreateAsync();
        var list = await api.GetAsync($"{api.Widgets}?resourceVersion={created.ResourceVersion}{match}");
        Assert.Equal(["one"], list.Ok().Names);
        Assert.True(long.Parse(list.ResourceVersion) >= long.Parse(created.ResourceVersion));
    }

    [Theory, Case("C11")]
    public async Task List_VersionZero_IsAnsweredFromAnyState(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        (await api.GetAsync($"{api.Widgets}?resourceVersion=0")).Ok();
    }

    [Theory, Case("C8 C12")]
    public async Task List_VersionOfTheFuture_IsTooLarge(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var answer = await api.GetAsync($"{api.Widgets}?resourceVersion=99999999999");
        Refused(answer, 504, "Timeout");
        Assert.Equal("ResourceVersionTooLarge", (string)answer.Json["details"]!["causes"]![0]!["reason"]!);
    }

    [Theory]
    [Case(
        "C8",
        "?resourceVersionMatch=Exact",
        "resourceVersionMatch is forbidden unless resourceVersion is provided"
    )]
    [Case("C8", "?resourceVersion=0&resourceVersionMatch=Exact", "is forbidden for resourceVersion \"0\"")]
    [Case(
        "C8",
        "?resourceVersion=1&resourceVersionMatch=Newest",
        "supported values: \"Exact\", \"NotOlderThan\""
    )]
    public async Task List_ImpossibleOptions_AreRefused(TargetKind target, string query, string message)
    {
        await using var api = await OpenAsync(target);
        Says(message, Refused(await api.GetAsync(api.Widgets + query), 422, "Invalid"));
    }

    [Theory, Case("C21")]
    public async Task List_SendInitialEventsWithoutWatch_IsRefused(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.StreamingLists);
        var answer = await api.GetAsync($"{api.Widgets}?sendInitialEvents=true");
        Says("sendInitialEvents is forbidden for list", Refused(answer, 422, "Invalid"));
    }

    [Theory, Case("C8")]
    public async Task List_VersionThatIsNoNumber_IsRefused(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var answer = await api.GetAsync($"{api.Widgets}?resourceVersion=new");
        Assert.InRange((int)answer.Code, 400, 500);
    }

    private static string Exact(Workspace api, string version) =>
        $"{api.Widgets}?resourceVersion={version}&resourceVersionMatch=Exact";
}
