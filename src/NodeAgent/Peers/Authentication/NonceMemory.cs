namespace LlmOperator.NodeAgent.Peers.Authentication;

/// <summary>Nonces that were used within a time; bounded. Thread-safe.</summary>
internal sealed class NonceMemory(TimeSpan keep, int most, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _used = [];
    private readonly Queue<(string Nonce, long At)> _order = new();

    /// <summary>True at the first use; null when there is no room to remember it.</summary>
    public bool? TryUse(string nonce)
    {
        lock (_lock)
        {
            while (_order.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) > keep)
            {
                _used.Remove(_order.Dequeue().Nonce);
            }

            if (_used.Contains(nonce))
            {
                return false;
            }

            if (_used.Count >= most)
            {
                return null;
            }

            _used.Add(nonce);
            _order.Enqueue((nonce, time.GetTimestamp()));
            return true;
        }
    }
}
