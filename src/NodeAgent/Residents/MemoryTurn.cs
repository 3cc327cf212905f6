namespace LlmOperator.NodeAgent.Residents;

/// <summary>A model's right to be in memory, until it is disposed.</summary>
internal sealed class MemoryTurn(Action<MemoryTurn> left) : IDisposable
{
    private readonly TaskCompletionSource _leave = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isOver;

    /// <summary>Completes when another model needs the memory.</summary>
    public Task MustLeave => _leave.Task;

    /// <summary>Asks the model to leave.</summary>
    public void Ask() => _leave.TrySetResult();

    /// <summary>The model has left memory. Safe to call twice.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0)
        {
            left(this);
        }
    }
}
