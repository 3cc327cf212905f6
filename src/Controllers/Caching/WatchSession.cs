using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Watching;

namespace LlmOperator.Controllers.Caching;

/// <summary>Applies the events of one watch to a sink and keeps the version to resume from.</summary>
/// <param name="sink">Takes the objects.</param>
/// <param name="version">Version that the watch began from; null for the present state.</param>
/// <param name="isStreamingList">True when the watch begins with a list as events (C21).</param>
internal sealed class WatchSession<T>(IReflectorSink<T> sink, string? version, bool isStreamingList)
    where T : KubernetesObject
{
    // Objects of a streaming list until it is complete; they enter the sink together.
    private Dictionary<ObjectKey, T>? _initial = isStreamingList ? [] : null;

    // A watch without a version begins with the present state in any order: its versions say nothing (C14).
    private bool _isOrdered = !string.IsNullOrEmpty(version);

    /// <summary>True when the sink shows a complete state.</summary>
    public bool IsComplete => _initial is null;

    /// <summary>True after any event.</summary>
    public bool SawEvent { get; private set; }

    /// <summary>Version to resume from, once complete.</summary>
    public string? Version { get; private set; } = version;

    /// <summary>Applies an event. Not null when the server ended the watch with an error.</summary>
    public KubernetesApiException? Take(WatchEvent<T> watchEvent)
    {
        SawEvent = true;
        switch (watchEvent)
        {
            case WatchEvent<T>.Error error:
                return new KubernetesApiException(error.Status);
            case WatchEvent<T>.Bookmark bookmark:
                TakeBookmark(bookmark);
                break;
            case WatchEvent<T>.Added added:
                Set(added.Object);
                Advance(added.Object);
                break;
            case WatchEvent<T>.Modified modified:
                Set(modified.Object);
                _isOrdered = true;
                Advance(modified.Object);
                break;
            case WatchEvent<T>.Deleted deleted:
                Remove(deleted.Object);
                _isOrdered = true;
                Advance(deleted.Object);
                break;
        }

        return null;
    }

    // Only the version of a bookmark is used; its object never enters the sink (C20).
    private void TakeBookmark(WatchEvent<T>.Bookmark bookmark)
    {
        if (_initial is not null && bookmark.IsInitialEventsEnd)
        {
            sink.Replace([.. _initial.Values]);
            _initial = null;
        }

        _isOrdered = true;
        Advance(bookmark.ResourceVersion);
    }

    private void Set(T obj)
    {
        if (_initial is null)
        {
            sink.Set(obj);
        }
        else
        {
            _initial[obj.Key] = obj;
        }
    }

    private void Remove(T obj)
    {
        if (_initial is null)
        {
            sink.Remove(obj);
        }
        else
        {
            _initial.Remove(obj.Key);
        }
    }

    private void Advance(T obj) => Advance(obj.Metadata.ResourceVersion);

    private void Advance(string? reached)
    {
        if (_initial is null && _isOrdered && !string.IsNullOrEmpty(reached))
        {
            Version = reached;
            sink.Reached(reached);
        }
    }
}
