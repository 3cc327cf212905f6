namespace LlmOperator.Router.Balancing.Breaking;

/// <summary>One attempt that was let through to a target. It is judged once: at its first content, or when it fails.</summary>
internal sealed class BreakerPass : IAsyncDisposable
{
    private readonly TargetBreaker _breaker;
    private readonly Circuit _circuit;
    private readonly TaskCompletionSource<Verdict> _verdict;
    private readonly Task? _run;

    /// <param name="breaker">Breaker of the target.</param>
    /// <param name="circuit">Circuit that let it through.</param>
    /// <param name="verdict">Judges it.</param>
    /// <param name="run">Completes after the verdict; null for one that was let past the circuit in need.</param>
    public BreakerPass(
        TargetBreaker breaker,
        Circuit circuit,
        TaskCompletionSource<Verdict> verdict,
        Task? run
    )
    {
        (_breaker, _circuit, _verdict, _run) = (breaker, circuit, verdict, run);
        Began = breaker.Now;
        IsProbe = run is not null && circuit.State == Polly.CircuitBreaker.CircuitState.HalfOpen;
    }

    /// <summary>When it began.</summary>
    public long Began { get; }

    /// <summary>True for the one attempt that tries whether a target is back.</summary>
    public bool IsProbe { get; }

    /// <summary>The target answers.</summary>
    public void Succeeded()
    {
        if (_verdict.TrySetResult(Verdict.Good))
        {
            _breaker.MarkGood();
        }
    }

    /// <summary>The target failed.</summary>
    /// <param name="reason">How, for messages.</param>
    /// <param name="kind">What kind of failure it is.</param>
    public async Task FailedAsync(string reason, FailureKind kind)
    {
        if (_verdict.TrySetResult(Verdict.Bad))
        {
            await RunAsync();
            await _breaker.FailedAsync(reason, kind, Began, counted: _run is null ? null : _circuit);
        }
        else
        {
            // It answered first and broke then.
            await _breaker.FailedAsync(reason, kind, _breaker.Now, counted: null);
        }
    }

    /// <summary>Ends it; one that nobody judged says nothing good of a target that was being tried.</summary>
    public async ValueTask DisposeAsync()
    {
        _verdict.TrySetResult(IsProbe ? Verdict.Bad : Verdict.Good);
        await RunAsync();
        if (_run is null && _verdict.Task.Result == Verdict.Good)
        {
            await _circuit.CountAsync(Verdict.Good);
        }
    }

    private Task RunAsync() => _run ?? Task.CompletedTask;
}
