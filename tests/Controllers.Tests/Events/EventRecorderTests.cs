using LlmOperator.Controllers.Events;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Testing.Kubernetes;
using LlmOperator.Testing.Waiting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static LlmOperator.Testing.Kubernetes.ScriptedWatchClient;

namespace LlmOperator.Controllers.Tests.Events;

public sealed class EventRecorderTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly CancellationTokenSource _stop = new();
    private readonly Widget _widget = Widget("a", "1");
    private WidgetServer _server = null!;
    private DelegatingKubernetesClient _client = null!;
    private EventRecorder _recorder = null!;
    private Task _run = Task.CompletedTask;
    private int _creates;
    private int _patches;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await WidgetServer.StartAsync(Cancelled);
        _client = new DelegatingKubernetesClient(_server.Client)
        {
            After = (verb, _, _) =>
            {
                _creates += verb == "create" ? 1 : 0;
                _patches += verb == "patch" ? 1 : 0;
                return Task.CompletedTask;
            },
        };
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
    public async Task Record_SameThingAgain_IsCreatedThenASeriesThenBufferedThenFinished()
    {
        Record("PullFailed");
        await Eventually.IsTrueAsync(() => _creates == 1, "the event");
        Record("PullFailed");
        await Eventually.IsTrueAsync(() => _patches == 1, "the series");
        Assert.Equal(2, (await EventsAsync()).Single().Series!.Count);

        for (int i = 0; i < 10; i++)
        {
            Record("PullFailed");
        }

        Record("Other");
        await Eventually.IsTrueAsync(() => _creates == 2, "the other event");
        Assert.Equal(1, _patches);

        await Eventually.IsTrueAsync(
            () => _patches == 2,
            "the end of the series",
            () => _time.Advance(TimeSpan.FromMinutes(1))
        );
        Assert.Equal(12, (await EventsAsync()).Single(e => e.Reason == "PullFailed").Series!.Count);

        Record("PullFailed");
        await Eventually.IsTrueAsync(() => _creates == 3, "a new event after the silence");
    }

    [Fact]
    [Trait("Semantics", "C48")]
    public async Task Record_Fields_AreThoseOfTheApi()
    {
        _recorder.Record(
            _widget,
            EventType.Warning,
            "PullFailed",
            "Pull",
            new string('ü', 600),
            Widget("b", "2")
        );
        await Eventually.IsTrueAsync(() => _creates == 1, "the event");

        KubernetesEvent told = (await EventsAsync()).Single();
        Assert.Equal(
            ("Warning", "PullFailed", "Pull", "example.com/test", "i"),
            (told.Type, told.Reason, told.Action, told.ReportingController, told.ReportingInstance)
        );
        Assert.Equal(("a", "b"), (told.Regarding!.Name, told.Related!.Name));
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(told.Note!), 1000, 1024);
        Assert.EndsWith("ü…", told.Note, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Semantics", "C48")]
    public async Task Record_EventDeletedMeanwhile_IsCreatedAgainWithItsCount()
    {
        Record("PullFailed");
        await Eventually.IsTrueAsync(() => _creates == 1, "the event");
        await _server.Client.DeleteAsync<KubernetesEvent>(
            (await EventsAsync()).Single().Key,
            new DeleteOptions(),
            Cancelled
        );

        Record("PullFailed");
        await Eventually.IsTrueAsync(() => _creates == 2, "the event again");

        Assert.Equal(2, (await EventsAsync()).Single().Series!.Count);
    }

    [Fact]
    [Trait("Semantics", "C48")]
    public async Task Record_ServerInTrouble_NeverBlocksAndTriesAgain()
    {
        int tries = 0;

        // In trouble first; then each event is refused for good, which is quick.
        _client.Before = (_, _, _) =>
            ++tries <= 3 ? throw new HttpRequestException("refused") : throw Refusal(403, "Forbidden");
        Record("First");
        await Eventually.IsTrueAsync(() => tries == 1, "the first try");
        for (int i = 0; i < 5000; i++)
        {
            Record($"Reason{i}");
        }

        Assert.Equal(1, tries);
        await Eventually.IsTrueAsync(
            () => tries >= 1004,
            "the queue's events",
            () => _time.Advance(TimeSpan.FromSeconds(5))
        );
        await Task.Delay(50, Cancelled);
        Assert.Equal(1004, tries);
    }

    [Fact]
    [Trait("Semantics", "C48")]
    public async Task Record_RefusedForGood_IsNotTriedAgain()
    {
        int tries = 0;
        _client.Before = (verb, _, _) =>
        {
            tries++;
            throw Refusal(verb == "create" ? 403 : 500, "Forbidden");
        };
        Record("PullFailed");
        await Eventually.IsTrueAsync(() => tries == 1, "the refusal");
        _client.Before = (_, _, _) => Task.CompletedTask;
        _time.Advance(TimeSpan.FromMinutes(5));
        Record("Next");
        await Eventually.IsTrueAsync(() => _creates == 1, "the next event");

        Assert.Equal("Next", (await EventsAsync()).Single().Reason);
    }

    private void Record(string reason) =>
        _recorder.Record(_widget, EventType.Warning, reason, "Pull", $"{reason} happened");

    private async Task<IReadOnlyList<KubernetesEvent>> EventsAsync() =>
        (
            await _server.Client.ListAsync<KubernetesEvent>(
                new ListOptions { Namespace = "default" },
                Cancelled
            )
        ).Items;
}
