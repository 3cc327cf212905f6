using LlmOperator.Engines;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>One request's hold on an engine: the engine is not stopped by a drain while it lasts.</summary>
internal sealed class RequestLease : IDisposable
{
    private Action? _release;

    public RequestLease(IEngineInstance engine, Action release, CancellationToken engineExited)
    {
        Engine = engine;
        EngineExited = engineExited;
        _release = release;
    }

    /// <summary>The engine that answers.</summary>
    public IEngineInstance Engine { get; }

    /// <summary>Cancelled when the engine ends, however it ends.</summary>
    public CancellationToken EngineExited { get; }

    /// <summary>The request has ended. Safe to call twice.</summary>
    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
