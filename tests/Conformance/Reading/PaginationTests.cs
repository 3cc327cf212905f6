namespace LlmOperator.Conformance.Reading;

public class PaginationTests(TargetServers servers) : ConformanceTest(servers)
{
    [Theory, Case("C11")]
    public async Task List_InPages_IsTheStateOfTheFirstPageWhateverIsWrittenMeanwhile(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateManyAsync("a", "b", "c", "d", "e");
        var first = (await api.GetAsync($"{api.Widgets}?limit=2")).Ok();
        (await api.DeleteAsync($"{api.Widgets}/d")).Ok();
        await api.CreateManyAsync("bb");
        (await api.MergeAsync($"{api.Widgets}/e", """{"spec":{"replicas":9}}""")).Ok();
        var second = (await api.GetAsync(Next(api, first))).Ok();
        var third = (await api.GetAsync(Next(api, second))).Ok();
        Assert.Equal(["a", "b"], first.Names);
        Assert.Equal(["c", "d"], second.Names);
        Assert.Equal(["e"], third.Names);
        Assert.Equal(1, (long)third.Items[0]!["spec"]!["replicas"]!);
        Assert.Equal(first.ResourceVersion, second.ResourceVersion);
        Assert.Equal(first.ResourceVersion, third.ResourceVersion);
        Assert.False(HasMore(third));
    }

    [Theory, Case("C11")]
    public async Task List_FirstPage_CountsWhatRemains(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateManyAsync("a", "b", "c");
        var first = (await api.GetAsync($"{api.Widgets}?limit=2")).Ok();
        Assert.Equal(1, (long)first.Json["metadata"]!["remainingItemCount"]!);
    }

    [Theory, Case("C11")]
    public async Task List_LimitOfExactlyWhatExists_HasNoFurtherPage(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateManyAsync("a", "b");
        var page = (await api.GetAsync($"{api.Widgets}?limit=2")).Ok();
        Assert.Equal(["a", "b"], page.Names);
        Assert.False(HasMore(page));
        Assert.Null(page.Json["metadata"]!["remainingItemCount"]);
    }

    [Theory, Case("C11 C23")]
    public async Task List_PagesWithASelector_CountNothingAndSkipWhatDoesNotMatch(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        foreach (var name in new[] { "a", "b", "c", "d" })
        {
            var app = name is "b" ? "other" : "web";
            await api.CreateAsync(Workspace.WidgetWith(name, $$"""{"labels":{"app":"{{app}}"} }"""));
        }
        var first = (await api.GetAsync($"{api.Widgets}?limit=2&labelSelector=app%3Dweb")).Ok();
        Assert.Equal(["a", "c"], first.Names);
        Assert.Null(first.Json["metadata"]!["remainingItemCount"]);
        var second = (await api.GetAsync($"{Next(api, first)}&labelSelector=app%3Dweb")).Ok();
        Assert.Equal(["d"], second.Names);
    }

    [Theory, Case("C11")]
    public async Task List_LimitWithVersionZero_ShowsEveryObjectOnceOverItsPages(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateManyAsync("a", "b", "c");
        var names = new List<string>();
        var path =
            $"{api.Widgets}?limit=2&resourceVersion={(await api.GetAsync(api.Widgets)).ResourceVersion}";
        while (true)
        {
            var page = (await api.GetAsync(path)).Ok();
            names.AddRange(page.Names);
            if (!HasMore(page))
            {
                break;
            }
            path = Next(api, page);
        }
        Assert.Equal(["a", "b", "c"], names);
    }

    [Theory, Case("C11")]
    public async Task List_VersionTogetherWithContinue_IsRefused(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateManyAsync("a", "b");
        var first = (await api.GetAsync($"{api.Widgets}?limit=1")).Ok();
        var answer = await api.GetAsync($"{Next(api, first)}&resourceVersion={first.ResourceVersion}");
        Says(
            "specifying resource version is not allowed when using continue",
            Refused(answer, 400, "BadRequest")
        );
    }

    [Theory, Case("C8 C11")]
    public async Task List_BrokenContinueToken_IsABadRequest(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        Refused(await api.GetAsync($"{api.Widgets}?limit=1&continue=%21%21"), 400, "BadRequest");
    }

    [Theory, Case("C11")]
    public async Task List_OverManyPagesWhileOthersWrite_MissesAndRepeatsNothing(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var expected = Enumerable.Range(0, 30).Select(i => $"w{i:d2}").ToArray();
        await Task.WhenAll(expected.Select(name => api.CreateManyAsync(name)));
        var page = (await api.GetAsync($"{api.Widgets}?limit=7")).Ok();
        var seen = new List<string>(page.Names);
        while (HasMore(page))
        {
            var writes = Task.WhenAll(
                api.DeleteAsync($"{api.Widgets}/w{seen.Count + 1:d2}"),
                api.CreateManyAsync($"w{seen.Count:d2}x"),
                api.MergeAsync($"{api.Widgets}/w{seen.Count:d2}", """{"spec":{"size":"Large"}}""")
            );
            page = (
                await api.GetAsync($"{api.Widgets}?limit=7&continue={page.Json["metadata"]!["continue"]}")
            ).Ok();
            seen.AddRange(page.Names);
            await writes;
        }
        Assert.Equal(expected, seen);
    }

    private static bool HasMore(ApiAnswer page) =>
        (string?)page.Json["metadata"]!["continue"] is { Length: > 0 };

    private static string Next(Workspace api, ApiAnswer page) =>
        $"{api.Widgets}?limit=2&continue={page.Json["metadata"]!["continue"]}";
}
