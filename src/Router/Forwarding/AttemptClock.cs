namespace LlmOperator.Router.Forwarding;

/// <summary>The times that end an attempt: the client leaving, the whole request's limit, and the wait for the first content.</summary>
internal sealed class AttemptClock : IDisposable
{
    private readonly CancellationTokenSource _firstContent;
    private readonly CancellationTokenSource _linked;
    private readonly CancellationToken _request;

    /// <param name="firstContent">Longest wait for the first content.</param>
    /// <param name="timeProvider">Clock.</param>
    /// <param name="request">Cancelled when the client leaves or the request's time is over.</param>
    public AttemptClock(TimeSpan firstContent, TimeProvider timeProvider, CancellationToken request)
    {
        _request = request;
        _firstContent = new CancellationTokenSource(firstContent, timeProvider);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(request, _firstContent.Token);
    }

    /// <summary>Cancelled by any of the three.</summary>
    public CancellationToken Token => _linked.Token;

    /// <summary>True when the wait for the first content is what ended it.</summary>
    public bool IsFirstContentOverdue =>
        _firstContent.IsCancellationRequested && !_request.IsCancellationRequested;

    /// <summary>The first content is there: from now on only the request's own limits hold.</summary>
    /// <returns>False when it came too late.</returns>
    public bool TryStopFirstContentTimer()
    {
        // An infinite wait stops the timer; it needs no clock.
#pragma warning disable RS0030
        _firstContent.CancelAfter(Timeout.InfiniteTimeSpan);
#pragma warning restore RS0030
        return !_firstContent.IsCancellationRequested;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _linked.Dispose();
        _firstContent.Dispose();
    }
}
