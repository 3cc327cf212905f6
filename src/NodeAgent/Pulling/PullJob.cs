using LlmOperator.NodeAgent.Store;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>One pull that any number of askers wait for. It is cancelled when the last of them has gone.</summary>
internal sealed class PullJob : IDisposable
{
    private readonly CancellationTokenSource _cancel;

    public PullJob(PullTracker tracker, CancellationToken stopping)
    {
        Tracker = tracker;
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    }

    public PullTracker Tracker { get; }

    public int Askers { get; set; }

    public Task<StoredModelFiles> Work { get; private set; } =
        Task.FromException<StoredModelFiles>(new InvalidOperationException("The pull has not begun."));

    public void Begin(Func<CancellationToken, Task<StoredModelFiles>> work) => Work = work(_cancel.Token);

    public void Cancel() => _cancel.Cancel();

    public void Dispose() => _cancel.Dispose();
}
