using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Serving;

/// <summary>A request that waits for room.</summary>
internal sealed class WaitingRequest
{
    private readonly TaskCompletionSource<bool> _entered = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    public WaitingRequest(RequestPriority priority)
    {
        Priority = priority;
        Place = new LinkedListNode<WaitingRequest>(this);
    }

    public RequestPriority Priority { get; }

    /// <summary>Its place in the queue.</summary>
    public LinkedListNode<WaitingRequest> Place { get; }

    /// <summary>Completes with true when there is room for it, with false when it has lost its place.</summary>
    public Task<bool> Entered => _entered.Task;

    /// <summary>Ends the wait.</summary>
    /// <returns>False when it had ended before.</returns>
    public bool TryEnd(bool entered) => _entered.TrySetResult(entered);
}
