using System.Net.Sockets;
using LlmOperator.Controllers.Caching;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Testing.Kubernetes;
using LlmOperator.Testing.Waiting;
using static LlmOperator.Testing.Kubernetes.ScriptedWatchClient;

namespace LlmOperator.Controllers.Tests.Caching;

public sealed class ReflectorTests
{
    private readonly ScriptedWatchClient _server = new();

    [Fact]
    [Trait("Semantics", "C11")]
    public async Task FirstList_InPages_AsksForAnyVersionAndKeepsThatOfTheFirstPage()
    {
        _server.OnList = o =>
            o.Continue switch
            {
                null => Page("10", "p2", Widget("a", "3")),
                "p2" => Page("12", "p3", Widget("b", "4")),
                _ => Page("14", Widget("c", "5")),
            };
        await using InformerStory story = new(_server);

        ScriptedWatch watch = await story.NextWatchAsync();

        Assert.Equal(["a", "b", "c"], story.Names);
        Assert.Equal("10", watch.Options.ResourceVersion);
        Assert.Equal([null, "p2", "p3"], _server.Lists.Select(l => l.Continue));
        Assert.All(_server.Lists, l => Assert.Equal((500, "0"), (l.Limit, l.ResourceVersion)));
    }

    [Fact]
    [Trait("Semantics", "C11")]
    public async Task FirstList_TokenExpiresOnALaterPage_OneFullListAtTheVersionAskedFor()
    {
        _server.OnList = o =>
            o.Continue is not null ? throw Refusal(410, "Expired")
            : o.Limit is not null ? Page("10", "p2", Widget("a", "3"))
            : Page("20", Widget("a", "3"), Widget("b", "15"));
        await using InformerStory story = new(_server);

        ScriptedWatch watch = await story.NextWatchAsync();

        Assert.Equal(["a", "b"], story.Names);
        Assert.Equal("20", watch.Options.ResourceVersion);
        Assert.Equal((null, "0"), (_server.Lists[^1].Limit, _server.Lists[^1].ResourceVersion));
    }

    [Fact]
    [Trait("Semantics", "C13")]
    public async Task Watch_Request_HasBookmarksAndARandomTimeout()
    {
        HashSet<TimeSpan?> timeouts = [];
        await using InformerStory story = new(_server);
        for (int i = 0; i < 5; i++)
        {
            ScriptedWatch watch = await story.NextWatchAsync();
            Assert.True(watch.Options.AllowBookmarks);
            Assert.False(watch.Options.SendInitialEvents);
            Assert.InRange(
                watch.Options.Timeout!.Value,
                TimeSpan.FromSeconds(300),
                TimeSpan.FromSeconds(600)
            );
            timeouts.Add(watch.Options.Timeout);
            watch.Bookmark($"{i + 5}");
            watch.End();
        }

        Assert.Equal(5, timeouts.Count);
    }

    [Fact]
    [Trait("Semantics", "C14")]
    [Trait("Semantics", "C15")]
    [Trait("Semantics", "C20")]
    public async Task Watch_NormalEnd_ResumesFromTheLastEventOfAnyTypeWithoutAList()
    {
        await using InformerStory story = new(_server);
        string[] versions = ["5", "6", "7", "9"];
        Action<ScriptedWatch>[] events =
        [
            w => w.Added(Widget("a", "5")),
            w => w.Modified(Widget("a", "6")),
            w => w.Deleted(Widget("a", "7")),
            w => w.Bookmark("9"),
        ];
        for (int i = 0; i < events.Length; i++)
        {
            ScriptedWatch watch = await story.NextWatchAsync();
            events[i](watch);
            watch.End();
        }

        await story.NextWatchAsync();

        Assert.Equal(["1", .. versions], _server.WatchRequests.Select(w => w.ResourceVersion));
        Assert.Single(_server.Lists);
        Assert.Empty(story.Names);
    }

    [Fact]
    [Trait("Semantics", "C14")]
    public async Task Watch_BegunWithoutAVersion_TrustsNoVersionBeforeTheFirstChange()
    {
        _server.OnList = _ => Page("");
        await using InformerStory story = new(_server);
        ScriptedWatch first = await story.NextWatchAsync();
        first.Added(Widget("a", "9"));
        first.End();

        ScriptedWatch second = await story.NextWatchAsync();
        second.Added(Widget("b", "7"));
        second.Modified(Widget("b", "10"));
        second.End();
        ScriptedWatch third = await story.NextWatchAsync();

        Assert.Null(second.Options.ResourceVersion);
        Assert.Equal("10", third.Options.ResourceVersion);
    }

    [Theory]
    [Trait("Semantics", "C15")]
    [InlineData("refused")]
    [InlineData("429")]
    [InlineData("500")]
    public async Task WatchStart_ServerInTrouble_BacksOffAndKeepsTheVersion(string trouble)
    {
        int failures = 3;
        _server.OnWatch = _ =>
            failures-- <= 0 ? null
            : trouble == "refused"
                ? new HttpRequestException(
                    HttpRequestError.ConnectionError,
                    "refused",
                    new SocketException((int)SocketError.ConnectionRefused)
                )
            : Refusal(int.Parse(trouble), "Trouble");
        await using InformerStory story = new(_server);

        ScriptedWatch watch = await story.NextWatchAfterBackoffAsync();

        Assert.Equal("1", watch.Options.ResourceVersion);
        Assert.Equal(4, _server.WatchRequests.Count);
        Assert.Single(_server.Lists);
    }

    [Fact]
    [Trait("Semantics", "C12")]
    [Trait("Semantics", "C16")]
    public async Task ErrorEvent_Gone_ListsAgainFromTheLastVersionThenByQuorum()
    {
        await using InformerStory story = new(_server);
        ScriptedWatch watch = await story.NextWatchAsync();
        watch.Added(Widget("a", "5"));
        await story.ReachedAsync("5");
        _server.OnList = o =>
            o.ResourceVersion is not null ? throw Refusal(410, "Expired") : Page("30", Widget("b", "20"));
        watch.Error(410, "Expired");

        ScriptedWatch next = await story.NextWatchAsync();

        Assert.Equal(["0", "5", null], _server.Lists.Select(l => l.ResourceVersion));
        Assert.Equal([500, null, 500], _server.Lists.Select(l => l.Limit));
        Assert.Equal("30", next.Options.ResourceVersion);
        await story.HeardAsync("add a 5", "add b 20", "delete a unseen");
    }

    [Fact]
    [Trait("Semantics", "C12")]
    public async Task List_TooLargeResourceVersion_GoesToTheQuorumAtOnce()
    {
        _server.OnList = o =>
            o.ResourceVersion is not null
                ? throw Refusal(504, "Timeout", "ResourceVersionTooLarge")
                : Page("3");
        await using InformerStory story = new(_server);

        await story.NextWatchAsync();

        Assert.Equal(["0", null], _server.Lists.Select(l => l.ResourceVersion));
    }

    [Fact]
    [Trait("Semantics", "C16")]
    public async Task ErrorEvent_AlwaysGone_IsNoHotLoop()
    {
        await using InformerStory story = new(_server);
        (await story.NextWatchAsync()).Error(410, "Expired");
        (await story.NextWatchAsync()).Error(410, "Expired");

        await Eventually.IsTrueAsync(() => _server.Lists.Count == 2, "the first relist");
        Task<ScriptedWatch> third = story.NextWatchAsync();
        Assert.False(third.IsCompleted);
        await Eventually.IsTrueAsync(
            () => third.IsCompleted,
            "the third watch",
            () => story.Time.Advance(TimeSpan.FromSeconds(1))
        );
        Assert.Equal(3, _server.Lists.Count);
    }

    [Theory]
    [Trait("Semantics", "C16")]
    [InlineData(429, "TooManyRequests", 1)]
    [InlineData(403, "Forbidden", 2)]
    [InlineData(500, "InternalError", 2)]
    public async Task ErrorEvent_Other_RewatchesOrLists(int code, string reason, int lists)
    {
        await using InformerStory story = new(_server);
        (await story.NextWatchAsync()).Error(code, reason);

        await story.NextWatchAfterBackoffAsync();

        Assert.Equal(lists, _server.Lists.Count);
    }

    [Fact]
    [Trait("Semantics", "C17")]
    public async Task Watch_VeryShortAndEmpty_IsAFailure()
    {
        await using InformerStory story = new(_server);
        (await story.NextWatchAsync()).End();
        Task<ScriptedWatch> next = story.NextWatchAsync();
        await Task.Delay(50, InformerStory.Cancelled);

        Assert.False(next.IsCompleted);
        await Eventually.IsTrueAsync(
            () => next.IsCompleted,
            "the next watch",
            () => story.Time.Advance(TimeSpan.FromSeconds(1))
        );
    }

    [Fact]
    [Trait("Semantics", "C18")]
    public void Backoff_Failures_DoubleToThirtySecondsWithJitterAndStartOverAfterHealth()
    {
        Microsoft.Extensions.Time.Testing.FakeTimeProvider time = new();
        Backoff backoff = new(time, new Random(3));
        double[] bases = [0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30];

        foreach (double seconds in bases)
        {
            TimeSpan delay = backoff.Next();
            Assert.InRange(delay.TotalSeconds, seconds, (2 * seconds) - 0.000001);
        }

        time.Advance(TimeSpan.FromMinutes(2));
        Assert.InRange(backoff.Next().TotalSeconds, 0.8, 1.6);
    }

    [Fact]
    [Trait("Semantics", "C19")]
    public async Task Watch_SilentBeyondItsTimeout_IsGivenUp()
    {
        await using InformerStory story = new(_server);
        ScriptedWatch silent = await story.NextWatchAsync();
        Task<ScriptedWatch> next = story.NextWatchAsync();

        story.Time.Advance(silent.Options.Timeout!.Value + TimeSpan.FromSeconds(4.9));
        Assert.False(next.IsCompleted);
        story.Time.Advance(TimeSpan.FromSeconds(0.2));
        ScriptedWatch after = await next;

        Assert.Equal("1", after.Options.ResourceVersion);
        Assert.Single(_server.Lists);
    }

    [Fact]
    [Trait("Semantics", "C21")]
    public async Task StreamingList_Events_EnterTheCacheTogetherAtTheMark()
    {
        _server.OnWatch = _ => null;
        await using InformerStory story = new(_server, new InformerOptions { UseStreamingList = true });
        ScriptedWatch watch = await story.NextWatchAsync();
        Assert.True(watch.Options.SendInitialEvents);
        watch.Added(Widget("b", "8"));
        watch.Added(Widget("a", "3"));
        watch.Bookmark("4");
        await Task.Delay(20, InformerStory.Cancelled);
        Assert.Empty(story.Names);

        watch.Bookmark("9", isInitialEventsEnd: true);
        watch.Modified(Widget("a", "10"));
        await story.HeardAsync("list b 8", "list a 3", "update a 3 10");
        watch.End();
        ScriptedWatch resumed = await story.NextWatchAsync();

        Assert.Equal((false, "10"), (resumed.Options.SendInitialEvents, resumed.Options.ResourceVersion));
        Assert.Empty(_server.Lists);
    }

    [Fact]
    [Trait("Semantics", "C21")]
    public async Task StreamingList_Refused_FallsBackToPages()
    {
        _server.OnWatch = o => o.SendInitialEvents ? Refusal(422, "Invalid") : null;
        _server.OnList = _ => Page("4", Widget("a", "3"));
        await using InformerStory story = new(_server, new InformerOptions { UseStreamingList = true });

        ScriptedWatch watch = await story.NextWatchAsync();

        Assert.Equal((false, "4"), (watch.Options.SendInitialEvents, watch.Options.ResourceVersion));
        Assert.Equal(["a"], story.Names);
    }

    [Theory]
    [Trait("Semantics", "C21")]
    [InlineData("silent")]
    [InlineData("bookmarks")]
    [InlineData("changes")]
    [InlineData("ends")]
    public async Task StreamingList_ServerIgnoresIt_FallsBackToPages(string server)
    {
        _server.OnWatch = _ => null;
        _server.OnList = _ => Page("4", Widget("a", "3"));
        await using InformerStory story = new(_server, new InformerOptions());
        ScriptedWatch ignoring = await story.NextWatchAsync();
        Assert.True(ignoring.Options.SendInitialEvents);
        ignoring.Added(Widget("old", "2"));
        Task<ScriptedWatch> next = story.NextWatchAsync();
        int version = 5;

        await Eventually.IsTrueAsync(
            () => next.IsCompleted,
            "a watch after a list in pages",
            () =>
            {
                switch (server)
                {
                    case "bookmarks":
                        ignoring.Bookmark($"{version++}");
                        break;
                    case "changes":
                        ignoring.Modified(Widget("old", $"{version++}"));
                        break;
                    case "ends":
                        ignoring.End();
                        break;
                }

                story.Time.Advance(TimeSpan.FromMilliseconds(100));
            }
        );

        Assert.Equal(
            (false, "4"),
            ((await next).Options.SendInitialEvents, (await next).Options.ResourceVersion)
        );
        Assert.Single(_server.Lists);
        await story.HeardAsync("list a 3");
    }

    [Fact]
    [Trait("Semantics", "C19")]
    [Trait("Semantics", "C21")]
    public async Task StreamingList_SilentAfterItsMark_IsKeptForTheWholeTimeOfTheWatch()
    {
        _server.OnWatch = _ => null;
        await using InformerStory story = new(_server, new InformerOptions());
        ScriptedWatch watch = await story.NextWatchAsync();
        watch.Bookmark("4", isInitialEventsEnd: true);
        await story.ReachedAsync("4");
        await story.Informer.WaitForSyncAsync(InformerStory.Cancelled);
        Task<ScriptedWatch> next = story.NextWatchAsync();

        story.Time.Advance(TimeSpan.FromSeconds(290));
        Assert.False(next.IsCompleted);
        story.Time.Advance(TimeSpan.FromSeconds(320));

        Assert.Equal(
            (false, "4"),
            ((await next).Options.SendInitialEvents, (await next).Options.ResourceVersion)
        );
    }

    [Fact]
    [Trait("Semantics", "C12")]
    [Trait("Semantics", "C21")]
    public async Task StreamingList_VersionOfAnotherLife_BeginsAnewAnywhere()
    {
        _server.OnWatch = o =>
            o.ResourceVersion is null || !o.SendInitialEvents
                ? null
                : Refusal(504, "Timeout", "ResourceVersionTooLarge");
        await using InformerStory story = new(_server, new InformerOptions());
        ScriptedWatch first = await story.NextWatchAsync();
        first.Bookmark("900", isInitialEventsEnd: true);
        await story.ReachedAsync("900");
        first.Error(410, "Expired");

        ScriptedWatch restored = await story.NextWatchAfterBackoffAsync();
        restored.Added(Widget("a", "3"));
        restored.Bookmark("4", isInitialEventsEnd: true);

        await story.HeardAsync("add a 3");
        Assert.Equal([null, "900", null], _server.WatchRequests.Select(w => w.ResourceVersion));
        Assert.Empty(_server.Lists);
    }

    [Fact]
    [Trait("Semantics", "C16")]
    public async Task WatchStart_FailsAgainAndAgainFromOneVersion_ListsAnew()
    {
        int failures = 5;
        _server.OnWatch = _ => failures-- > 0 ? Refusal(500, "InternalError") : null;
        await using InformerStory story = new(_server);

        await story.NextWatchAfterBackoffAsync();

        Assert.Equal((6, 2), (_server.WatchRequests.Count, _server.Lists.Count));
    }

    [Fact]
    [Trait("Semantics", "C23")]
    public async Task Selectors_ListAndWatch_AreTheSame()
    {
        InformerOptions options = new()
        {
            Namespace = "n",
            LabelSelector = "a=b",
            FieldSelector = "metadata.name=c",
            UseStreamingList = false,
        };
        await using InformerStory story = new(_server, options);

        WatchOptions watch = (await story.NextWatchAsync()).Options;

        ListOptions list = _server.Lists.Single();
        Assert.Equal(
            ("n", "a=b", "metadata.name=c"),
            (list.Namespace, list.LabelSelector, list.FieldSelector)
        );
        Assert.Equal(
            (list.Namespace, list.LabelSelector, list.FieldSelector),
            (watch.Namespace, watch.LabelSelector, watch.FieldSelector)
        );
    }
}
