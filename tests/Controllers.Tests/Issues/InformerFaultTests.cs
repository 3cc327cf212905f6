using System.Security.Authentication;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Queueing;
using LlmOperator.Controllers.Reconciling;
using LlmOperator.Controllers.Tests.Caching;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Watching;
using LlmOperator.Testing.Kubernetes;
using Microsoft.Extensions.Time.Testing;
using static LlmOperator.Testing.Kubernetes.ScriptedWatchClient;

namespace LlmOperator.Controllers.Tests.Issues;

/// <summary>Faults of other informers (docs/runtime-semantics.md, faults 1-3, 9, 12, 15), so that ours never has them.</summary>
public sealed class InformerFaultTests
{
    private readonly ScriptedWatchClient _server = new();

    [Fact]
    [Trait("Fault", "1")]
    [Trait("Semantics", "C24")]
    public async Task Fault1_RelistInPages_DeletesNothingThatIsOnALaterPage()
    {
        _server.OnList = _ => Page("5", Widget("a", "1"), Widget("b", "2"), Widget("c", "3"));
        await using InformerStory story = new(_server);
        ScriptedWatch watch = await story.NextWatchAsync();
        _server.OnList = o =>
            o.ResourceVersion == "5" ? throw Refusal(410, "Expired")
            : o.Continue is null ? Page("9", "p2", Widget("a", "1"))
            : Page("9", Widget("c", "3"));
        watch.Error(410, "Expired");

        await story.NextWatchAsync();

        await story.HeardAsync("list a 1", "list b 2", "list c 3", "delete b unseen");
    }

    [Theory]
    [Trait("Fault", "2")]
    [InlineData("500")]
    [InlineData("403")]
    [InlineData("refused")]
    [InlineData("tls")]
    [InlineData("json")]
    public async Task Fault2_ListFailsInAnyWay_InformerBacksOffAndRecovers(string failure)
    {
        int failures = 3;
        _server.OnList = _ =>
            failures-- <= 0
                ? Page("5", Widget("a", "1"))
                : throw failure switch
                {
                    "500" => Refusal(500, "InternalError"),
                    "403" => Refusal(403, "Forbidden"),
                    "refused" => new HttpRequestException("connection refused"),
                    "tls" => new HttpRequestException("tls", new AuthenticationException()),
                    _ => new System.Text.Json.JsonException("bad"),
                };
        await using InformerStory story = new(_server);

        await story.NextWatchAfterBackoffAsync();

        Assert.Equal(["a"], story.Names);
        Assert.Equal(4, _server.Lists.Count);
    }

    [Fact]
    [Trait("Fault", "3")]
    public async Task Fault3_Bookmark_AdvancesTheVersionToResumeFrom()
    {
        await using InformerStory story = new(_server);
        ScriptedWatch watch = await story.NextWatchAsync();
        watch.Bookmark("77");
        watch.End();

        Assert.Equal("77", (await story.NextWatchAsync()).Options.ResourceVersion);
        Assert.Empty(story.Heard.Events);
    }

    [Fact]
    [Trait("Fault", "9")]
    [Trait("Semantics", "C22")]
    public async Task Fault9_MalformedLine_EndsTheWatchAndResumesFromTheLastVersion()
    {
        await using InformerStory story = new(_server);
        ScriptedWatch watch = await story.NextWatchAsync();
        watch.Added(Widget("a", "5"));
        watch.End(new WatchException("malformed"));

        ScriptedWatch next = await story.NextWatchAfterBackoffAsync();

        Assert.Equal("5", next.Options.ResourceVersion);
        Assert.Single(_server.Lists);
    }

    [Fact]
    [Trait("Fault", "12")]
    public async Task Fault12_DeletedWhileDisconnected_KeyIsEnqueued()
    {
        using WorkQueue<ObjectKey> queue = new(
            "fault12",
            TimeProvider.System,
            new ExponentialRateLimiter<ObjectKey>()
        );
        _server.OnList = _ => Page("5", Widget("a", "1"), Widget("b", "2"));
        await using InformerStory story = new(_server);
        ScriptedWatch watch = await story.NextWatchAsync();
        await story.HeardAsync("list a 1", "list b 2");
        story.Informer.AddHandler(
            new PrimaryHandler<Widget>(queue, (old, @new) => @new is null || old is not null)
        );
        _server.OnList = _ => Page("9", Widget("a", "1"));
        watch.Error(410, "Expired");

        (bool found, ObjectKey key) = await queue.TakeAsync();

        Assert.Equal((true, new ObjectKey("default", "b")), (found, key));
    }

    [Fact]
    [Trait("Fault", "15")]
    [Trait("Semantics", "C24")]
    public async Task Fault15_TombstoneWithoutObject_EnqueuesItsKey()
    {
        using WorkQueue<ObjectKey> queue = new(
            "fault15",
            new FakeTimeProvider(),
            new ExponentialRateLimiter<ObjectKey>()
        );
        PrimaryHandler<Widget> handler = new(queue, (_, _) => false);

        handler.OnDeleted(
            new Tombstone<Widget>(new ObjectKey("n", "a"), LastKnown: null, FinalStateUnknown: true)
        );

        Assert.Equal(new ObjectKey("n", "a"), (await queue.TakeAsync()).Item);
    }
}
