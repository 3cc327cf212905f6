using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Tests.Watching;

public class BookmarkTests
{
    private static ApiServerOptions Quick => new() { BookmarkInterval = TimeSpan.FromMilliseconds(50) };

    [Fact]
    public async Task Watch_Silent_GetsBookmarksThatAdvanceWithOtherKinds_C20()
    {
        await using var server = await WidgetServer.StartAsync(Quick);
        var list = await server.GetAsync(WidgetServer.Widgets);
        await using var watch = await server.WatchAsync(
            WidgetServer.Widgets,
            $"&resourceVersion={list.ResourceVersion}&allowWatchBookmarks=true"
        );
        var other = (await server.PostAsync(WidgetServer.ConfigMaps, WidgetServer.ConfigMap("a"))).Ok();
        while (true)
        {
            var item = await watch.NextAsync();
            Assert.Equal("BOOKMARK", item!.Type);
            Assert.Equal("Widget", (string)item.Object["kind"]!);
            if (long.Parse(item.ResourceVersion) >= long.Parse(other.ResourceVersion))
            {
                break;
            }
        }
    }

    [Fact]
    public async Task Watch_WithoutAskingForBookmarks_GetsNone_C20()
    {
        await using var server = await WidgetServer.StartAsync(Quick);
        await using var watch = await server.WatchAsync(WidgetServer.Widgets, "&timeoutSeconds=1");
        Assert.Null(await watch.NextAsync());
    }

    [Fact]
    public async Task Watch_SendInitialEvents_EndsTheListWithAnAnnotatedBookmark_C21()
    {
        await using var server = await WidgetServer.StartAsync();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("a"))).Ok();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("b"))).Ok();
        var list = await server.GetAsync(WidgetServer.Widgets);
        await using var watch = await server.WatchAsync(
            WidgetServer.Widgets,
            "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
        );
        Assert.Equal(["ADDED a", "ADDED b"], (await watch.TakeAsync(2)).Select(e => e.ToString()));
        var end = await watch.NextAsync();
        Assert.Equal("BOOKMARK", end!.Type);
        Assert.Equal("true", (string)end.Object["metadata"]!["annotations"]!["k8s.io/initial-events-end"]!);
        Assert.Equal(list.ResourceVersion, end.ResourceVersion);
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("c"))).Ok();
        Assert.Equal("ADDED c", (await watch.NextAsync())!.ToString());
    }

    [Fact]
    public async Task Watch_SendInitialEventsWithoutMatch_IsRefused_C21()
    {
        await using var server = await WidgetServer.StartAsync();
        var answer = await server.GetAsync($"{WidgetServer.Widgets}?watch=true&sendInitialEvents=true");
        Assert.Equal(System.Net.HttpStatusCode.UnprocessableEntity, answer.Code);
        Assert.Contains(
            "requires setting resourceVersionMatch to NotOlderThan",
            answer.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Watch_ZeroVersion_BeginsWithWhatExists()
    {
        await using var server = await WidgetServer.StartAsync();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("a"))).Ok();
        await using var watch = await server.WatchAsync(WidgetServer.Widgets, "&resourceVersion=0");
        Assert.Equal("ADDED a", (await watch.NextAsync())!.ToString());
    }

    [Fact]
    public async Task Watch_TimeoutSeconds_EndsTheStreamCleanly_C15()
    {
        await using var server = await WidgetServer.StartAsync();
        await using var watch = await server.WatchAsync(WidgetServer.Widgets, "&timeoutSeconds=1");
        Assert.Null(await watch.NextAsync());
    }

    [Fact]
    public async Task Watch_LabelNoLongerMatches_ArrivesAsDeleted_C23()
    {
        await using var server = await WidgetServer.StartAsync();
        await using var watch = await server.WatchAsync(WidgetServer.Widgets, "&labelSelector=app%3Dx");
        var body = WidgetServer.Widget("one");
        body["metadata"]!["labels"] = new JsonObject { ["app"] = "x" };
        (await server.PostAsync(WidgetServer.Widgets, body)).Ok();
        var away = (
            await server.MergeAsync($"{WidgetServer.Widgets}/one", """{"metadata":{"labels":{"app":"y"}}}""")
        ).Ok();
        (await server.MergeAsync($"{WidgetServer.Widgets}/one", """{"spec":{"replicas":3}}""")).Ok();
        (
            await server.MergeAsync($"{WidgetServer.Widgets}/one", """{"metadata":{"labels":{"app":"x"}}}""")
        ).Ok();
        var events = await watch.TakeAsync(3);
        Assert.Equal(["ADDED one", "DELETED one", "ADDED one"], events.Select(e => e.ToString()));
        Assert.Equal("x", (string)events[1].Object["metadata"]!["labels"]!["app"]!);
        Assert.Equal(away.ResourceVersion, events[1].ResourceVersion);
        Assert.Equal(3, (long)events[2].Object["spec"]!["replicas"]!);
    }

    [Fact]
    public async Task Watch_OneNameByFieldSelector_SeesOnlyThatObject_C23()
    {
        await using var server = await WidgetServer.StartAsync();
        await using var watch = await server.WatchAsync(
            WidgetServer.AllWidgets,
            "&fieldSelector=metadata.name%3Db"
        );
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("a"))).Ok();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("b"))).Ok();
        Assert.Equal("ADDED b", (await watch.NextAsync())!.ToString());
    }

    [Fact]
    public async Task Watch_ResumedAtEachVersion_MissesAndRepeatsNothing_C14()
    {
        await using var server = await WidgetServer.StartAsync();
        var start = (await server.GetAsync(WidgetServer.Widgets)).ResourceVersion;
        for (var i = 0; i < 5; i++)
        {
            (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget($"w{i}"))).Ok();
        }
        var seen = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            await using var watch = await server.WatchAsync(
                WidgetServer.Widgets,
                $"&resourceVersion={start}"
            );
            var next = await watch.NextAsync();
            seen.Add(next!.Name);
            start = next.ResourceVersion;
        }
        Assert.Equal(["w0", "w1", "w2", "w3", "w4"], seen);
    }

    [Fact]
    public async Task Watch_OlderThanTheHistory_IsExpired_C16()
    {
        await using var server = await WidgetServer.StartAsync(new ApiServerOptions { WatchHistory = 3 });
        var start = (await server.GetAsync(WidgetServer.Widgets)).ResourceVersion;
        for (var i = 0; i < 5; i++)
        {
            (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget($"w{i}"))).Ok();
        }
        await using var watch = await server.WatchAsync(WidgetServer.Widgets, $"&resourceVersion={start}");
        Assert.Equal(410, (int)(await watch.NextAsync())!.Object["code"]!);
    }

    [Fact]
    public async Task Stop_WithWatchesOpen_EndsThem_C15()
    {
        var server = await WidgetServer.StartAsync();
        await using var watch = await server.WatchAsync(WidgetServer.Widgets);
        await server.Server.StopAsync();
        Assert.Null(await watch.NextAsync());
        await server.DisposeAsync();
    }
}
