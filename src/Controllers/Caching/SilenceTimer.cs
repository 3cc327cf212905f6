namespace LlmOperator.Controllers.Caching;

/// <summary>Cancels a token when it was not set again in time.</summary>
internal sealed class SilenceTimer : IDisposable
{
    private readonly CancellationTokenSource _silence = new();
    private readonly ITimer _timer;

    public SilenceTimer(TimeSpan limit, TimeProvider time) =>
        _timer = time.CreateTimer(_ => OnSilence(), state: null, limit, Timeout.InfiniteTimeSpan);

    public CancellationToken Token => _silence.Token;

    /// <summary>Begins anew, with this limit.</summary>
    public void Set(TimeSpan limit) =>
        _timer.Change(limit > TimeSpan.Zero ? limit : TimeSpan.Zero, Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _timer.Dispose();
        _silence.Dispose();
    }

    private void OnSilence()
    {
        try
        {
            _silence.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It fired while the watch ended otherwise.
        }
    }
}
