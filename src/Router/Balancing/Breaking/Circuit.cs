using LlmOperator.Api.V1Alpha1;
using Polly;
using Polly.CircuitBreaker;

namespace LlmOperator.Router.Balancing.Breaking;

/// <summary>One circuit breaker: Polly's, with attempts that are judged when their first content comes. Safe for concurrent use.</summary>
internal sealed class Circuit
{
    // The least that Polly takes.
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(500);
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly CircuitBreakerManualControl _control = new();
    private readonly ResiliencePipeline<Verdict> _pipeline;
    private readonly BreakerLimits _limits;
    private readonly TimeProvider _time;
    private long _opened;
    private TimeSpan _openFor;

    public Circuit(BreakerLimits limits, TimeProvider time)
    {
        (_limits, _time) = (limits, time);
        _pipeline = new ResiliencePipelineBuilder<Verdict> { TimeProvider = time }
            .AddCircuitBreaker(
                new CircuitBreakerStrategyOptions<Verdict>
                {
                    FailureRatio = limits.FailurePercent / 100.0,
                    MinimumThroughput = limits.MinRequests,
                    SamplingDuration = limits.Window.Value < s_least ? s_least : limits.Window.Value,
                    BreakDurationGenerator = a => ValueTask.FromResult(Open(a.HalfOpenAttempts)),
                    ShouldHandle = a => ValueTask.FromResult(a.Outcome.Result == Verdict.Bad),
                    StateProvider = _state,
                    ManualControl = _control,
                }
            )
            .Build();
    }

    /// <summary>Its state; open also while the one that may try has not come.</summary>
    public CircuitState State => _state.CircuitState;

    /// <summary>How long the target is still left alone; zero when it may be asked, or is being tried.</summary>
    public TimeSpan Left
    {
        get
        {
            TimeSpan left = _openFor - _time.GetElapsedTime(Volatile.Read(ref _opened));
            return State == CircuitState.Open && left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>True when an attempt that begins now would be let through.</summary>
    public bool MayEnter =>
        State is CircuitState.Closed || (State is CircuitState.Open && Left == TimeSpan.Zero);

    /// <summary>Begins an attempt.</summary>
    /// <param name="verdict">Completes when the attempt is judged.</param>
    /// <returns>A task that completes after the verdict is counted; null when the attempt is not let through.</returns>
    public async ValueTask<Task?> TryEnterAsync(Task<Verdict> verdict)
    {
        TaskCompletionSource<bool> entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task run = RunAsync(verdict, entered);
        return await entered.Task ? run : null;
    }

    /// <summary>Counts a verdict of an attempt that began before the circuit was asked, or past it.</summary>
    public Task CountAsync(Verdict verdict) =>
        verdict == Verdict.Good && State != CircuitState.Closed
            ? _control.CloseAsync()
            : RunAsync(Task.FromResult(verdict), new TaskCompletionSource<bool>());

    /// <summary>Opens a closed circuit at once, whatever the target answered before.</summary>
    public async Task TripAsync()
    {
        if (State == CircuitState.Closed)
        {
            // Closing a closed circuit forgets what was counted: the failures that follow are all there is.
            await _control.CloseAsync();
            for (int i = 0; i < _limits.MinRequests && State == CircuitState.Closed; i++)
            {
                await CountAsync(Verdict.Bad);
            }
        }
    }

    private async Task RunAsync(Task<Verdict> verdict, TaskCompletionSource<bool> entered)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get();
        try
        {
            Outcome<Verdict> outcome = await _pipeline.ExecuteOutcomeAsync(
                static async (_, state) =>
                {
                    state.entered.TrySetResult(true);
                    return Outcome.FromResult(await state.verdict);
                },
                context,
                (verdict, entered)
            );
            entered.TrySetResult(outcome.Exception is null);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private TimeSpan Open(int failedTries)
    {
        TimeSpan open = _limits.Open.Value * Math.Pow(2, Math.Min(failedTries, 20));
        open = open < _limits.MaxOpen.Value ? open : _limits.MaxOpen.Value;
        _openFor = open;
        Volatile.Write(ref _opened, _time.GetTimestamp());
        return open;
    }
}
