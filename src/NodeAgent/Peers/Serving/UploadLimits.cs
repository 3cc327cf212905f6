using System.Diagnostics.CodeAnalysis;

namespace LlmOperator.NodeAgent.Peers.Serving;

/// <summary>
/// How much of the node's uplink peers may have: so many transfers at a time, and so many bytes a second for all of them
/// together (a token bucket that holds a quarter of a second). Thread-safe.
/// </summary>
internal sealed class UploadLimits(int connections, long bytesPerSecond, TimeProvider time)
{
    // What is sent between two looks at the clock.
    private static readonly TimeSpan s_burst = TimeSpan.FromSeconds(0.25);
    private readonly Lock _lock = new();
    private int _open;

    // When everything that was promised so far will have been sent.
    private long _freeAt = time.GetTimestamp();

    /// <summary>Transfers under way.</summary>
    public int Open
    {
        get
        {
            lock (_lock)
            {
                return _open;
            }
        }
    }

    /// <summary>Begins a transfer; false when there are as many as may be.</summary>
    public bool TryBegin([NotNullWhen(true)] out IDisposable? transfer)
    {
        lock (_lock)
        {
            if (_open >= connections)
            {
                transfer = null;
                return false;
            }

            _open++;
            transfer = new Transfer(this);
            return true;
        }
    }

    /// <summary>Returns when so many bytes may be sent.</summary>
    public Task TakeAsync(int bytes, CancellationToken cancellationToken)
    {
        if (bytesPerSecond <= 0)
        {
            return Task.CompletedTask;
        }

        TimeSpan wait;
        lock (_lock)
        {
            long now = time.GetTimestamp();
            long earliest = now - Ticks(s_burst);
            _freeAt =
                Math.Max(_freeAt, earliest) + Ticks(TimeSpan.FromSeconds(bytes / (double)bytesPerSecond));
            wait = _freeAt > now ? time.GetElapsedTime(now, _freeAt) : TimeSpan.Zero;
        }

        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private void End()
    {
        lock (_lock)
        {
            _open--;
        }
    }

    private sealed class Transfer(UploadLimits limits) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                limits.End();
            }
        }
    }
}
