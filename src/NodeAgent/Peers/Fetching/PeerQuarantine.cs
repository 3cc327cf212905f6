namespace LlmOperator.NodeAgent.Peers.Fetching;

/// <summary>Nodes that gave wrong bytes; they are asked for nothing for a time. Thread-safe.</summary>
internal sealed class PeerQuarantine(TimeProvider time)
{
    /// <summary>How long: a bad disk or memory does not heal by itself, but a node may be replaced under its name.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _since = [];

    /// <summary>Puts a node in; true when it was not in.</summary>
    public bool Add(string node)
    {
        lock (_lock)
        {
            bool isNew = !IsIn(node);
            _since[node] = time.GetTimestamp();
            return isNew;
        }
    }

    public bool Contains(string node)
    {
        lock (_lock)
        {
            return IsIn(node);
        }
    }

    private bool IsIn(string node) =>
        _since.TryGetValue(node, out long at) && time.GetElapsedTime(at) < Duration;
}
