namespace LlmOperator.Router.Forwarding.Waking;

/// <summary>A request's place in the queue of a model, until it is disposed.</summary>
internal sealed class WakeTicket(WakeQueue queue, int before) : IDisposable
{
    private readonly TaskCompletionSource<WakeOutcome> _outcome = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    /// <summary>Completes when the model is in memory, or when that is not to be hoped for.</summary>
    public Task<WakeOutcome> Outcome => _outcome.Task;

    /// <summary>Requests that waited before it.</summary>
    public int Before => before;

    /// <summary>Ends the wait.</summary>
    public void Release(WakeOutcome outcome) => _outcome.TrySetResult(outcome);

    /// <inheritdoc/>
    public void Dispose() => queue.Leave(this);
}
