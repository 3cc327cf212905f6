namespace LlmOperator.ApiServer.Storage;

/// <summary>A change that waits for the journal.</summary>
internal sealed record PendingChange(StoreEvent Change)
{
    /// <summary>Completes after the change is durable and published.</summary>
    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
