namespace LlmOperator.Conformance.Reading;

public class SelectorTests(TargetServers servers) : ConformanceTest(servers)
{
    [Theory]
    [Case("C23", "app=web", "a,b")]
    [Case("C23", "app==web,tier!=back", "a")]
    [Case("C23", "app in (web, api)", "a,b,c")]
    [Case("C23", "tier notin (back)", "a,c,d")]
    [Case("C23", "!app", "d")]
    [Case("C23", "app", "a,b,c")]
    [Case("C23", "app,tier", "a,b")]
    [Case("C23", "rank>4", "b")]
    [Case("C23", "rank<4", "a")]
    [Case("C23", "app=", "")]
    public async Task List_LabelSelector_SelectsAsDocumented(
        TargetKind target,
        string selector,
        string expected
    )
    {
        await using var api = await OpenAsync(target);
        await LabelledAsync(api, "a", """{"app":"web","tier":"front","rank":"3"}""");
        await LabelledAsync(api, "b", """{"app":"web","tier":"back","rank":"5"}""");
        await LabelledAsync(api, "c", """{"app":"api"}""");
        await LabelledAsync(api, "d", "{}");
        var list = await api.GetAsync($"{api.Widgets}?labelSelector={Uri.EscapeDataString(selector)}");
        Assert.Equal(expected, string.Join(',', list.Ok().Names));
    }

    [Theory]
    [Case("C23 C8", "app in web")]
    [Case("C23 C8", "=web")]
    [Case("C23 C8", "app=with blank")]
    [Case("C23 C8", "rank>high")]
    public async Task List_BrokenLabelSelector_IsABadRequest(TargetKind target, string selector)
    {
        await using var api = await OpenAsync(target);
        var answer = await api.GetAsync($"{api.Widgets}?labelSelector={Uri.EscapeDataString(selector)}");
        Refused(answer, 400, "BadRequest");
    }

    [Theory]
    [Case("C23", "metadata.name=a", "a")]
    [Case("C23", "metadata.name!=a", "b")]
    [Case("C23", "metadata.name=a,metadata.name=b", "")]
    public async Task List_FieldSelectorOfTheName_SelectsIt(
        TargetKind target,
        string selector,
        string expected
    )
    {
        await using var api = await OpenAsync(target);
        await api.CreateManyAsync("a", "b");
        var list = await api.GetAsync($"{api.Widgets}?fieldSelector={Uri.EscapeDataString(selector)}");
        Assert.Equal(expected, string.Join(',', list.Ok().Names));
    }

    [Theory, Case("C23")]
    public async Task List_FieldSelectorOfTheNamespace_SelectsAcrossNamespaces(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        var list = await api.GetAsync(
            $"{Workspace.AllWidgets}?fieldSelector=metadata.namespace%3D{api.Namespace}"
        );
        Assert.Equal(["one"], list.Ok().Names);
    }

    [Theory, Case("C23")]
    public async Task List_SelectableField_SelectsByTheSpec(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.SelectableFields);
        await api.CreateAsync(Workspace.Widget("a", """{"size":"Small","node":"n1"}"""));
        await api.CreateAsync(Workspace.Widget("b", """{"size":"Small","node":"n2"}"""));
        Assert.Equal(["b"], (await api.GetAsync($"{api.Widgets}?fieldSelector=spec.node%3Dn2")).Ok().Names);
    }

    [Theory, Case("C23")]
    public async Task Watch_SelectableFieldNoLongerMatches_ArrivesAsDeleted(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.SelectableFields);
        await using var watch = await FromNowAsync(api, "&fieldSelector=spec.node%3Dn1");
        await api.CreateAsync("""{"size":"Small","node":"n1"}""");
        (await api.MergeAsync(api.One, """{"spec":{"node":"n2"}}""")).Ok();
        Assert.Equal(["ADDED one", "DELETED one"], (await watch.TakeAsync(2)).Select(e => e.ToString()));
    }

    [Theory, Case("C23 C8")]
    public async Task List_FieldThatCannotBeSelectedBy_IsABadRequest(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var answer = await api.GetAsync($"{api.Widgets}?fieldSelector=spec.size%3DSmall");
        Says("field label not supported: spec.size", Refused(answer, 400, "BadRequest"));
    }

    [Theory, Case("C23")]
    public async Task Watch_LabelNoLongerMatches_ArrivesAsDeletedInTheStateThatMatched(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await using var watch = await FromNowAsync(api, "&labelSelector=app%3Dx");
        await LabelledAsync(api, "one", """{"app":"x"}""");
        var away = (await api.MergeAsync(api.One, """{"metadata":{"labels":{"app":"y"}}}""")).Ok();
        (await api.MergeAsync(api.One, """{"spec":{"replicas":3}}""")).Ok();
        (await api.MergeAsync(api.One, """{"metadata":{"labels":{"app":"x"}}}""")).Ok();
        var events = await watch.TakeAsync(3);
        Assert.Equal(["ADDED one", "DELETED one", "ADDED one"], events.Select(e => e.ToString()));
        Assert.Equal("x", (string)events[1].Object["metadata"]!["labels"]!["app"]!);
        Assert.Equal(away.ResourceVersion, events[1].ResourceVersion);
        Assert.Equal(3, (long)events[2].Object["spec"]!["replicas"]!);
    }

    [Theory, Case("C23")]
    public async Task Watch_OneNameByFieldSelector_SeesOnlyThatObject(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await using var watch = await FromNowAsync(api, "&fieldSelector=metadata.name%3Db");
        await api.CreateManyAsync("a", "b");
        Assert.Equal("ADDED b", (await watch.NextAsync())!.ToString());
    }

    private static async Task<WatchReader> FromNowAsync(Workspace api, string query) =>
        await api.WatchAsync($"&resourceVersion={(await api.GetAsync(api.Widgets)).ResourceVersion}{query}");

    private static Task<ApiAnswer> LabelledAsync(Workspace api, string name, string labels) =>
        api.CreateAsync(Workspace.WidgetWith(name, $$"""{"labels":{{labels}} }"""));
}
