namespace LlmOperator.NodeAgent.Pulling;

/// <summary>Lets so many pulls run at once; the others wait in order. Thread-safe.</summary>
internal sealed class PullSlots(int limit)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = new();
    private int _limit = limit;
    private int _taken;

    /// <summary>Changes the limit; pulls that run go on.</summary>
    public int Limit
    {
        get
        {
            lock (_lock)
            {
                return _limit;
            }
        }
        set
        {
            lock (_lock)
            {
                _limit = value;
                LetIn();
            }
        }
    }

    /// <summary>Waits for a place. Call <see cref="Free"/> once afterwards.</summary>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource place = new(TaskCreationOptions.RunContinuationsAsynchronously);
        LinkedListNode<TaskCompletionSource> node;
        lock (_lock)
        {
            node = _waiting.AddLast(place);
            LetIn();
        }

        try
        {
            await place.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            lock (_lock)
            {
                if (node.List is null)
                {
                    // The place came at the same moment: give it back.
                    _taken--;
                    LetIn();
                }
                else
                {
                    _waiting.Remove(node);
                }
            }

            throw;
        }
    }

    public void Free()
    {
        lock (_lock)
        {
            _taken--;
            LetIn();
        }
    }

    private void LetIn()
    {
        while (_taken < _limit && _waiting.First is { } first)
        {
            _waiting.RemoveFirst();
            _taken++;
            first.Value.SetResult();
        }
    }
}
