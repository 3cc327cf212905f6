namespace LlmOperator.NodeAgent.Replicas;

/// <summary>Whether a request wants the model in memory. Thread-safe.</summary>
internal sealed class ReplicaDemand
{
    private TaskCompletionSource _signal = New();

    /// <summary>A request wants it.</summary>
    public void Raise() => Volatile.Read(ref _signal).TrySetResult();

    /// <summary>It left memory: only the next request wants it again.</summary>
    public void Clear() => Volatile.Write(ref _signal, New());

    /// <summary>Completes when a request wants it.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _signal).Task.WaitAsync(cancellationToken);

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
