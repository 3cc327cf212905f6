namespace LlmOperator.NodeAgent.Replicas;

/// <summary>The present state of a replica, and a way to wait for the next one. Thread-safe.</summary>
internal sealed class ReplicaBoard
{
    private readonly Lock _lock = new();
    private ReplicaState _state = new();
    private TaskCompletionSource _changed = NewSignal();

    public (ReplicaState State, Task Changed) Look()
    {
        lock (_lock)
        {
            return (_state, _changed.Task);
        }
    }

    public ReplicaState State => Look().State;

    public void Post(ReplicaEvent happened)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _state = _state.Next(happened);
            (changed, _changed) = (_changed, NewSignal());
        }

        changed.SetResult();
    }

    private static TaskCompletionSource NewSignal() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
