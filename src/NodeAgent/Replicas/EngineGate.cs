using LlmOperator.Engines;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>Lets requests to the engine, counts them, and shuts for a drain. Thread-safe.</summary>
internal sealed class EngineGate(TimeProvider time)
{
    private readonly Lock _lock = new();
    private IEngineInstance? _engine;
    private CancellationToken _exited;
    private int _inFlight;
    private long _lastUsed;
    private TaskCompletionSource? _empty;

    public void Open(IEngineInstance engine, CancellationToken exited)
    {
        lock (_lock)
        {
            (_engine, _exited) = (engine, exited);
            _lastUsed = time.GetTimestamp();
        }
    }

    /// <summary>A lease, or null when the gate is shut.</summary>
    public RequestLease? TryEnter()
    {
        lock (_lock)
        {
            if (_engine is not { } engine || _exited.IsCancellationRequested)
            {
                return null;
            }

            _inFlight++;
            return new RequestLease(engine, Leave, _exited);
        }
    }

    /// <summary>How long no request was there; zero while there is one.</summary>
    public TimeSpan Idle
    {
        get
        {
            lock (_lock)
            {
                return _inFlight > 0 ? TimeSpan.Zero : time.GetElapsedTime(_lastUsed);
            }
        }
    }

    /// <summary>Shuts at once; the task ends when the last request has left.</summary>
    public Task Shut()
    {
        lock (_lock)
        {
            _engine = null;
            if (_inFlight == 0)
            {
                return Task.CompletedTask;
            }

            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task;
        }
    }

    private void Leave()
    {
        TaskCompletionSource? empty = null;
        lock (_lock)
        {
            _lastUsed = time.GetTimestamp();
            if (--_inFlight == 0)
            {
                (empty, _empty) = (_empty, null);
            }
        }

        empty?.SetResult();
    }
}
