using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Peers.Fetching;

/// <summary>What this node is pulling, for its status, by which peers find it. Thread-safe.</summary>
internal sealed class FetchBoard
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ModelDigest, Entry> _entries = [];
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>What is being pulled now, and a task that ends when that changes.</summary>
    public (IReadOnlyList<Entry> Entries, Task Changed) Look()
    {
        lock (_lock)
        {
            return ([.. _entries.Values.OrderBy(e => e.Digest.Hex, StringComparer.Ordinal)], _changed.Task);
        }
    }

    /// <summary>Says what is being pulled, and whether from the origin.</summary>
    public void Set(ModelDigest digest, long sizeBytes, bool fromOrigin)
    {
        Entry entry = new(digest, sizeBytes, fromOrigin);
        Change(() =>
        {
            bool isNew = _entries.GetValueOrDefault(digest) != entry;
            _entries[digest] = entry;
            return isNew;
        });
    }

    /// <summary>The pull has ended.</summary>
    public void Remove(ModelDigest digest) => Change(() => _entries.Remove(digest));

    private void Change(Func<bool> change)
    {
        TaskCompletionSource? changed = null;
        lock (_lock)
        {
            if (change())
            {
                (changed, _changed) = (_changed, NewSignal());
            }
        }

        changed?.SetResult();
    }

    private static TaskCompletionSource NewSignal() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>One file.</summary>
    internal sealed record Entry(ModelDigest Digest, long SizeBytes, bool FromOrigin);
}
