namespace LlmOperator.NodeAgent.Pulling;

/// <summary>One holder a key at a time. Thread-safe.</summary>
internal sealed class KeyedLock
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (SemaphoreSlim Gate, int Users)> _gates = [];

    public async Task<IDisposable> TakeAsync(string key, CancellationToken cancellationToken)
    {
        SemaphoreSlim gate;
        lock (_lock)
        {
            (gate, int users) = _gates.TryGetValue(key, out (SemaphoreSlim, int) entry)
                ? entry
                : (new SemaphoreSlim(1), 0);
            _gates[key] = (gate, users + 1);
        }

        try
        {
            await gate.WaitAsync(cancellationToken);
        }
        catch
        {
            Leave(key);
            throw;
        }

        return new Holder(() =>
        {
            gate.Release();
            Leave(key);
        });
    }

    private void Leave(string key)
    {
        lock (_lock)
        {
            (SemaphoreSlim gate, int users) = _gates[key];
            if (users == 1)
            {
                _gates.Remove(key);
                gate.Dispose();
            }
            else
            {
                _gates[key] = (gate, users - 1);
            }
        }
    }

    private sealed class Holder(Action release) : IDisposable
    {
        private Action? _release = release;

        public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
    }
}
