using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Kubernetes.Watching;

/// <summary>One event of a watch: closed hierarchy, so that a consumer must handle each case.</summary>
/// <typeparam name="T">Kind watched.</typeparam>
public abstract record WatchEvent<T>
    where T : KubernetesObject
{
    private WatchEvent() { }

    /// <summary>The object appeared (or existed when the watch began).</summary>
    public sealed record Added(T Object) : WatchEvent<T>;

    /// <summary>The object changed.</summary>
    public sealed record Modified(T Object) : WatchEvent<T>;

    /// <summary>The object vanished, or stopped matching the selector; its last state.</summary>
    public sealed record Deleted(T Object) : WatchEvent<T>;

    /// <summary>Everything up to this version has been sent.</summary>
    public sealed record Bookmark(string ResourceVersion, bool IsInitialEventsEnd) : WatchEvent<T>;

    /// <summary>The server ended the watch with an error, for example 410 Gone.</summary>
    public sealed record Error(KubernetesStatus Status) : WatchEvent<T>;
}
