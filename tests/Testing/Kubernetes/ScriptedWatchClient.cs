using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Watching;

namespace LlmOperator.Testing.Kubernetes;

/// <summary>A client of widgets whose lists and watches answer what a test says.</summary>
public sealed class ScriptedWatchClient : PartialKubernetesClient
{
    private readonly Channel<ScriptedWatch> _watches = Channel.CreateUnbounded<ScriptedWatch>();
    private readonly ConcurrentQueue<ListOptions> _lists = new();
    private readonly ConcurrentQueue<WatchOptions> _watchRequests = new();

    /// <summary>Answers a list; may throw.</summary>
    public Func<ListOptions, KubernetesList<Widget>> OnList { get; set; } = _ => Page("1");

    /// <summary>Refuses a watch by returning an exception; at first the server is one that does not stream lists.</summary>
    public Func<WatchOptions, Exception?> OnWatch { get; set; } =
        o => o.SendInitialEvents ? Refusal(422, "Invalid") : null;

    public IReadOnlyList<ListOptions> Lists => [.. _lists];

    public IReadOnlyList<WatchOptions> WatchRequests => [.. _watchRequests];

    /// <summary>The next watch that was opened.</summary>
    public ValueTask<ScriptedWatch> NextWatchAsync(CancellationToken cancellationToken) =>
        _watches.Reader.ReadAsync(cancellationToken);

    /// <summary>A page of a list.</summary>
    public static KubernetesList<Widget> Page(string version, params Widget[] items) =>
        new()
        {
            Metadata = new ListMeta { ResourceVersion = version },
            Items = items,
        };

    /// <summary>A page that is not the last.</summary>
    public static KubernetesList<Widget> Page(string version, string next, params Widget[] items) =>
        new()
        {
            Metadata = new ListMeta { ResourceVersion = version, Continue = next },
            Items = items,
        };

    /// <summary>A widget as a server would send it.</summary>
    public static Widget Widget(string name, string version, string? uid = null, int size = 0) =>
        new()
        {
            ApiVersion = "example.com/v1",
            Kind = "Widget",
            Metadata = new ObjectMeta
            {
                Name = name,
                Namespace = "default",
                ResourceVersion = version,
                Uid = uid ?? $"uid-{name}",
            },
            Spec = new WidgetSpec { Size = size },
        };

    /// <summary>What a server throws.</summary>
    public static KubernetesApiException Refusal(int code, string reason, string? cause = null) =>
        new(
            new KubernetesStatus
            {
                Code = code,
                Reason = reason,
                Message = reason,
                Details = cause is null
                    ? null
                    : new KubernetesStatusDetails { Causes = [new KubernetesStatusCause { Reason = cause }] },
            }
        );

    public override Task<KubernetesList<T>> ListAsync<T>(
        ListOptions options,
        CancellationToken cancellationToken
    )
    {
        _lists.Enqueue(options);
        return Task.FromResult((KubernetesList<T>)(object)OnList(options));
    }

    public override async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        WatchOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        _watchRequests.Enqueue(options);
        if (OnWatch(options) is { } refusal)
        {
            throw refusal;
        }

        ScriptedWatch watch = new(options);
        _watches.Writer.TryWrite(watch);
        await foreach (WatchEvent<Widget> e in watch.Events.Reader.ReadAllAsync(cancellationToken))
        {
            yield return (WatchEvent<T>)(object)e;
        }
    }
}
