namespace LlmOperator.Router.Balancing.Prefixes;

/// <summary>
/// Which blocks of prompts a replica should still have in its cache: the last that were sent there, as many as its context
/// holds. Safe for concurrent use.
/// </summary>
/// <param name="capacity">Most blocks.</param>
internal sealed class BlockCache(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, LinkedListNode<ulong>> _nodes = [];
    private readonly LinkedList<ulong> _byUse = new();

    /// <summary>Number of blocks.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _nodes.Count;
            }
        }
    }

    /// <summary>Blocks of a prompt, from its beginning, that are there.</summary>
    public int LongestMatch(ReadOnlySpan<ulong> blocks)
    {
        lock (_lock)
        {
            int match = 0;
            while (match < blocks.Length && _nodes.ContainsKey(blocks[match]))
            {
                match++;
            }

            return match;
        }
    }

    /// <summary>A prompt was sent to the replica; what was not used for longest makes room.</summary>
    public void Add(ReadOnlySpan<ulong> blocks)
    {
        lock (_lock)
        {
            // From the end: of a prompt the beginning is what others share, so it is dropped last.
            for (int i = Math.Min(blocks.Length, capacity) - 1; i >= 0; i--)
            {
                if (_nodes.TryGetValue(blocks[i], out LinkedListNode<ulong>? node))
                {
                    _byUse.Remove(node);
                    _byUse.AddFirst(node);
                }
                else
                {
                    _nodes[blocks[i]] = _byUse.AddFirst(blocks[i]);
                }
            }

            while (_nodes.Count > capacity)
            {
                _nodes.Remove(_byUse.Last!.Value);
                _byUse.RemoveLast();
            }
        }
    }

    /// <summary>The replica's memory is gone.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _nodes.Clear();
            _byUse.Clear();
        }
    }
}
