namespace LlmOperator.ApiServer.Tests.Watching;

public class WatchTests
{
    [Fact]
    public async Task Watch_FromAListsVersion_SeesEachLaterChangeOnce_C13()
    {
        await using var server = await WidgetServer.StartAsync();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("before"))).Ok();
        var list = await server.GetAsync(WidgetServer.Widgets);
        await using var watch = await server.WatchAsync(
            WidgetServer.Widgets,
            $"&resourceVersion={list.ResourceVersion}"
        );
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok();
        (await server.MergeAsync($"{WidgetServer.Widgets}/one", """{"spec":{"replicas":2}}""")).Ok();
        (await server.DeleteAsync($"{WidgetServer.Widgets}/one")).Ok();
        var events = await watch.TakeAsync(3);
        Assert.Equal(["ADDED one", "MODIFIED one", "DELETED one"], events.Select(e => e.ToString()));
        var versions = events.Select(e => long.Parse(e.ResourceVersion)).ToList();
        Assert.Equal(versions.Order().Distinct(), versions);
    }

    [Fact]
    public async Task Watch_WithoutAVersion_StartsWithWhatExists_C14()
    {
        await using var server = await WidgetServer.StartAsync();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("a"))).Ok();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("b"))).Ok();
        await using var watch = await server.WatchAsync(WidgetServer.Widgets);
        Assert.Equal(["ADDED a", "ADDED b"], (await watch.TakeAsync(2)).Select(e => e.ToString()));
    }

    [Fact]
    public async Task Watch_VersionIsCompacted_EndsWithExpired_C16()
    {
        await using var server = await WidgetServer.StartAsync();
        var old = await server.GetAsync(WidgetServer.Widgets);
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("a"))).Ok();
        server.Server.CompactHistory();
        await using var watch = await server.WatchAsync(
            WidgetServer.Widgets,
            $"&resourceVersion={old.ResourceVersion}"
        );
        var error = await watch.NextAsync();
        Assert.Equal("ERROR", error!.Type);
        Assert.Equal(410, (int)error.Object["code"]!);
        Assert.Equal("Expired", (string)error.Object["reason"]!);
        Assert.Null(await watch.NextAsync());
    }
}
