namespace LlmOperator.Conformance.Reading;

public class BookmarkTests(TargetServers servers) : ConformanceTest(servers)
{
    [Theory, Case("C20")]
    public async Task Watch_AboutToTimeOut_GetsABookmarkAtLeastAsNewAsWhatItDoesNotSee(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await using var other = await OpenAsync(target);
        var list = await api.GetAsync(api.Widgets);
        await using var watch = await api.WatchAsync(
            $"&resourceVersion={list.ResourceVersion}&allowWatchBookmarks=true&timeoutSeconds=6"
        );
        var elsewhere = await other.CreateAsync();
        var item = await watch.NextAsync();
        while (item is not null && long.Parse(item.ResourceVersion) < long.Parse(elsewhere.ResourceVersion))
        {
            item = await watch.NextAsync();
        }
        Assert.NotNull(item);
        Assert.Equal("BOOKMARK", item.Type);
        Assert.Equal("Widget", (string)item.Object["kind"]!);
        Assert.Null(item.Object["metadata"]!["name"]);
    }

    [Theory, Case("C20")]
    public async Task Watch_WithoutAskingForBookmarks_GetsNone(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var list = await api.GetAsync(api.Widgets);
        await using var watch = await api.WatchAsync(
            $"&resourceVersion={list.ResourceVersion}&timeoutSeconds=2"
        );
        Assert.Null(await watch.NextAsync());
    }

    [Theory, Case("C21")]
    public async Task Watch_SendInitialEvents_EndsTheListWithAnAnnotatedBookmark(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.StreamingLists);
        await api.CreateManyAsync("a", "b");
        var list = await api.GetAsync(api.Widgets);
        await using var watch = await api.WatchAsync(Streaming);
        Assert.Equal(["ADDED a", "ADDED b"], (await watch.TakeAsync(2)).Select(e => e.ToString()).Order());
        var end = (await watch.NextAsync())!;
        Assert.Equal("BOOKMARK", end.Type);
        Assert.Equal("true", (string)end.Object["metadata"]!["annotations"]!["k8s.io/initial-events-end"]!);
        Assert.True(long.Parse(end.ResourceVersion) >= long.Parse(list.ResourceVersion));
    }

    [Theory, Case("C21")]
    public async Task Watch_AfterTheInitialEvents_ContinuesOnTheSameStream(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.StreamingLists);
        await using var watch = await api.WatchAsync(Streaming);
        Assert.Equal("BOOKMARK", (await watch.NextAsync())!.Type);
        await api.CreateManyAsync("c");
        while ((await watch.NextAsync())! is var item)
        {
            if (item.Type != "BOOKMARK")
            {
                Assert.Equal("ADDED c", item.ToString());
                break;
            }
        }
    }

    [Theory, Case("C21 C23")]
    public async Task Watch_SendInitialEventsWithASelector_SendsOnlyWhatMatches(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.StreamingLists);
        await api.CreateAsync(Workspace.WidgetWith("a", """{"labels":{"app":"x"}}"""));
        await api.CreateManyAsync("b");
        await using var watch = await api.WatchAsync($"{Streaming}&labelSelector=app%3Dx");
        Assert.Equal("ADDED a", (await watch.NextAsync())!.ToString());
        Assert.Equal("BOOKMARK", (await watch.NextAsync())!.Type);
    }

    [Theory, Case("C21")]
    public async Task Watch_SendInitialEventsWithoutMatch_IsRefused(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.StreamingLists);
        var answer = await api.GetAsync($"{api.Widgets}?watch=true&sendInitialEvents=true&timeoutSeconds=1");
        Says("requires setting resourceVersionMatch to NotOlderThan", Refused(answer, 422, "Invalid"));
    }

    [Theory, Case("C21")]
    public async Task Watch_MatchWithoutSendInitialEvents_IsRefused(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.StreamingLists);
        var answer = await api.GetAsync(
            $"{api.Widgets}?watch=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=1"
        );
        Says(
            "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
            Refused(answer, 422, "Invalid")
        );
    }

    private const string Streaming =
        "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
}
