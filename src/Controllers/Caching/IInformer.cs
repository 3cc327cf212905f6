using LlmOperator.Controllers.Hosting;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.Caching;

/// <summary>An informer of any kind, as its manager sees it.</summary>
public interface IInformer : IRunnable
{
    /// <summary>True when the first complete list was delivered to every handler (C29).</summary>
    bool HasSynced { get; }

    /// <summary>Last version of the server that the cache shows; null before the first list.</summary>
    string? ReachedVersion { get; }

    /// <summary>Waits until <see cref="HasSynced"/>.</summary>
    Task WaitForSyncAsync(CancellationToken cancellationToken);

    /// <summary>The cached object, or null.</summary>
    KubernetesObject? Cached(ObjectKey key);

    /// <summary>Calls back, on the watch's thread, each time when <see cref="ReachedVersion"/> has changed (C31).</summary>
    void OnProgress(Action callback);
}
