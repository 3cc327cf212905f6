using LlmOperator.Controllers.Caching;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Testing.Kubernetes;
using LlmOperator.Testing.Waiting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.Controllers.Tests.Caching;

/// <summary>
/// An informer that runs against a scripted server on a fake clock; records what its handler heard, and fails at its
/// end when somebody mutated a cached object.
/// </summary>
internal sealed class InformerStory : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly MutationDetector<Widget> _mutations = new();
    private readonly Task _run;

    public InformerStory(ScriptedWatchClient server, InformerOptions? options = null)
    {
        Server = server;
        Informer = new SharedInformer<Widget>(
            server,
            options ?? new InformerOptions { UseStreamingList = false },
            Time,
            new Random(7),
            NullLoggerFactory.Instance
        );
        Informer.AddHandler(Heard);
        Informer.AddHandler(_mutations);
        _run = Informer.RunAsync(_stop.Token);
    }

    public ScriptedWatchClient Server { get; }

    public FakeTimeProvider Time { get; } = new();

    public SharedInformer<Widget> Informer { get; }

    public RecordingHandler Heard { get; } = new();

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public IEnumerable<string> Names =>
        Informer.Lister.List().Select(w => w.Key.Name).Order(StringComparer.Ordinal);

    public Task<ScriptedWatch> NextWatchAsync() =>
        Server.NextWatchAsync(Cancelled).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancelled);

    /// <summary>The next watch, moving the clock by seconds until it is there (for backoffs).</summary>
    public async Task<ScriptedWatch> NextWatchAfterBackoffAsync()
    {
        Task<ScriptedWatch> next = NextWatchAsync();
        await Eventually.IsTrueAsync(
            () => next.IsCompleted,
            "the next watch",
            () => Time.Advance(TimeSpan.FromMilliseconds(500))
        );
        return await next;
    }

    public Task HeardAsync(params string[] events) =>
        Eventually.IsTrueAsync(
            () => Heard.Events.SequenceEqual(events),
            $"heard [{string.Join(", ", events)}]; was [{string.Join(", ", Heard.Events)}]"
        );

    public Task ReachedAsync(string version) =>
        Eventually.IsTrueAsync(() => Informer.ReachedVersion == version, $"reached {version}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
        _mutations.Verify();
    }

    internal sealed class RecordingHandler : IInformerHandler<Widget>
    {
        private readonly Lock _lock = new();
        private readonly List<string> _events = [];
        private readonly List<Tombstone<Widget>> _tombstones = [];

        public IReadOnlyList<string> Events
        {
            get
            {
                lock (_lock)
                {
                    return [.. _events];
                }
            }
        }

        public IReadOnlyList<Tombstone<Widget>> Tombstones
        {
            get
            {
                lock (_lock)
                {
                    return [.. _tombstones];
                }
            }
        }

        public void OnAdded(Widget obj, bool isInInitialList) =>
            Add($"{(isInInitialList ? "list" : "add")} {Of(obj)}");

        public void OnUpdated(Widget oldObj, Widget newObj) =>
            Add(
                ReferenceEquals(oldObj, newObj)
                    ? $"resync {Of(newObj)}"
                    : $"update {Of(oldObj)} {newObj.Metadata.ResourceVersion}"
            );

        public void OnDeleted(Tombstone<Widget> tombstone)
        {
            lock (_lock)
            {
                _tombstones.Add(tombstone);
            }

            Add($"delete {tombstone.Key.Name}{(tombstone.FinalStateUnknown ? " unseen" : "")}");
        }

        private static string Of(KubernetesObject obj) => $"{obj.Key.Name} {obj.Metadata.ResourceVersion}";

        private void Add(string entry)
        {
            lock (_lock)
            {
                _events.Add(entry);
            }
        }
    }
}
