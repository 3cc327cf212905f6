namespace LlmOperator.NodeAgent.Pulling;

/// <summary>Divides the connections that one host may get among the files that are fetched from it. Thread-safe.</summary>
internal sealed class HostShares(int connectionsPerHost)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _files = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Counts a file of a host until the result is disposed.</summary>
    public IDisposable Join(string host)
    {
        lock (_lock)
        {
            _files[host] = _files.GetValueOrDefault(host) + 1;
        }

        return new Member(() => Leave(host));
    }

    /// <summary>Connections that one file may use; at least one.</summary>
    public int Of(string host)
    {
        lock (_lock)
        {
            return Math.Max(1, connectionsPerHost / Math.Max(1, _files.GetValueOrDefault(host)));
        }
    }

    private void Leave(string host)
    {
        lock (_lock)
        {
            if (--_files[host] == 0)
            {
                _files.Remove(host);
            }
        }
    }

    private sealed class Member(Action leave) : IDisposable
    {
        private Action? _leave = leave;

        public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
    }
}
