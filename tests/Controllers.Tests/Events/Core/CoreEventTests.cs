using LlmOperator.Controllers.Events;
using LlmOperator.Controllers.Events.Core;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Testing.Kubernetes;
using LlmOperator.Testing.Waiting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static LlmOperator.Testing.Kubernetes.ScriptedWatchClient;

namespace LlmOperator.Controllers.Tests.Events.Core;

/// <summary>Events on a server without events.k8s.io/v1: the embedded one, behind a client that refuses that API.</summary>
public sealed class CoreEventTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly CancellationTokenSource _stop = new();
    private readonly Widget _widget = Widget("a", "1");
    private WidgetServer _server = null!;
    private OldServerClient _client = null!;
    private EventRecorder _recorder = null!;
    private Task _run = Task.CompletedTask;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await WidgetServer.StartAsync(Cancelled);
        _client = new OldServerClient(_server.Client);
        _recorder = new EventRecorder(
            _client,
            new EventRecorderOptions { Controller = "example.com/test", Instance = "i" },
            _time,
            new Random(1),
            NullLogger<EventRecorder>.Instance
        );
        _run = _recorder.RunAsync(_stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        await _server.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    [Trait("Semantics", "C48")]
    public async Task Record_NewApiIsNotServed_GoesToCoreWithItsCount()
    {
        Record("PullFailed", "no space");
        Record("PullFailed", "no space");
        Record("PullFailed", "no space");
        await WrittenAsync(3);

        CoreEvent told = Assert.Single(await EventsAsync());
        Assert.Equal(
            ("Warning", "PullFailed", "no space", 3),
            (told.Type, told.Reason, told.Message, told.Count)
        );
        Assert.Equal(("a", "Widget"), (told.InvolvedObject!.Name, told.InvolvedObject.Kind));
        Assert.Equal(("example.com/test", "i"), (told.Source!.Component, told.Source.Host));
        Assert.Equal(1, _client.Refused);
    }

    [Fact]
    [Trait("Semantics", "C48")]
    public async Task Record_EventExpiredMeanwhile_GoesOnWithItsCount()
    {
        Record("PullFailed", "no space");
        await WrittenAsync(1);
        await _server.Client.DeleteAsync<CoreEvent>(
            (await EventsAsync()).Single().Key,
            new DeleteOptions(),
            Cancelled
        );

        Record("PullFailed", "no space");
        await WrittenAsync(2);

        Assert.Equal(2, Assert.Single(await EventsAsync()).Count);
    }

    [Fact]
    [Trait("Semantics", "C48")]
    public async Task Record_TenMessagesOfOneReasonInTenMinutes_BecomeOneCombinedEvent()
    {
        for (int i = 1; i <= 12; i++)
        {
            Record("Slow", $"took {i} s");
        }

        await WrittenAsync(12);

        IReadOnlyList<CoreEvent> told = await EventsAsync();
        Assert.Equal(10, told.Count);
        CoreEvent combined = Assert.Single(
            told,
            e => e.Message!.StartsWith("(combined", StringComparison.Ordinal)
        );
        Assert.Equal(("(combined from similar events): took 12 s", 3), (combined.Message, combined.Count));
    }

    [Fact]
    [Trait("Semantics", "C48")]
    public async Task Record_MoreThanTwentyFiveOfOneObject_IsOneInFiveMinutes()
    {
        for (int i = 0; i < 40; i++)
        {
            Record("Restarted", "again");
        }

        Record("Restarted", "again", Widget("b", "1"));
        await WrittenAsync(26);
        Assert.Equal(25, await CountAsync("a"));

        _time.Advance(TimeSpan.FromMinutes(5));
        Record("Restarted", "again");
        await WrittenAsync(27);

        // What was not written counts all the same.
        Assert.Equal(41, await CountAsync("a"));
        Record("Restarted", "again");
        Record("Restarted", "again", Widget("b", "1"));
        await WrittenAsync(28);
        Assert.Equal(41, await CountAsync("a"));
    }

    [Fact]
    [Trait("Semantics", "C48")]
    public void Correlate_SimilarEventsElevenMinutesApart_AreNotCombined()
    {
        CoreEventCorrelator correlator = new(_time);
        for (int i = 0; i < 12; i++)
        {
            EventKey key = new(EventType.Normal, "Slow", "Load", ObjectReference.To(_widget), Related: null);
            CorrelatedEvent? told = correlator.Correlate(
                new RecordedEvent(key, $"took {i} s", _time.GetUtcNow())
            );
            Assert.Equal($"took {i} s", told!.Message);
            _time.Advance(TimeSpan.FromMinutes(11));
        }
    }

    [Fact]
    [Trait("Semantics", "C48")]
    public void RecentlyUsed_MoreThanItsRoom_ForgetsTheOneNotUsedForLongest()
    {
        RecentlyUsed<int, int> cache = new(CoreEventConstants.MostRemembered);
        for (int i = 0; i < 4096; i++)
        {
            cache.Set(i, i);
        }

        Assert.True(cache.TryGet(0, out _));
        cache.Set(4096, 1);

        Assert.Equal(4096, cache.Count);
        Assert.True(cache.TryGet(0, out _));
        Assert.False(cache.TryGet(1, out _));
    }

    private void Record(string reason, string note, Widget? regarding = null) =>
        _recorder.Record(regarding ?? _widget, EventType.Warning, reason, "Act", note);

    private Task WrittenAsync(int writes) =>
        Eventually.IsTrueAsync(() => _client.Written >= writes, $"{writes} writes; were {_client.Written}");

    private async Task<IReadOnlyList<CoreEvent>> EventsAsync() =>
        (await _server.Client.ListAsync<CoreEvent>(new ListOptions(), Cancelled)).Items;

    private async Task<int> CountAsync(string name) =>
        (await EventsAsync()).Where(e => e.InvolvedObject!.Name == name).Sum(e => e.Count);

    private sealed class OldServerClient : DelegatingKubernetesClient
    {
        private int _written;

        public OldServerClient(IKubernetesClient inner)
            : base(inner) =>
            After = (verb, _, _) =>
            {
                _written += verb is "create" or "patch" ? 1 : 0;
                return Task.CompletedTask;
            };

        public int Written => Volatile.Read(ref _written);

        public int Refused { get; private set; }

        public override Task<T> CreateAsync<T>(
            T obj,
            WriteOptions options,
            CancellationToken cancellationToken
        )
        {
            if (obj is KubernetesEvent)
            {
                // As a server answers where a group is not served.
                Refused++;
                throw Refusal(404, "NotFound");
            }

            return base.CreateAsync(obj, options, cancellationToken);
        }
    }
}
