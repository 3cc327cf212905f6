using LlmOperator.Api.V1Alpha1;
using Polly.CircuitBreaker;

namespace LlmOperator.Router.Balancing.Breaking;

/// <summary>
/// The circuit breaker of one target, shared by all requests: what one learns of it all know. Policies with limits of their
/// own have a circuit each, and each hears of every failure. Safe for concurrent use.
/// </summary>
internal sealed class TargetBreaker(TimeProvider time)
{
    // Limits that policies once had are not kept for ever.
    private const int MostCircuits = 16;
    private readonly Lock _lock = new();
    private readonly Dictionary<BreakerLimits, Circuit> _circuits = [];
    private volatile LastCircuit? _last;
    private long _good;
    private bool _wasGood;
    private string _lastFailure = "";
    private bool _wasSilent;

    /// <summary>The clock's timestamp.</summary>
    public long Now => time.GetTimestamp();

    /// <summary>State of the worst circuit.</summary>
    public CircuitState State
    {
        get
        {
            lock (_lock)
            {
                return _circuits
                    .Values.Select(c => c.State)
                    .DefaultIfEmpty(CircuitState.Closed)
                    .MaxBy(Badness);
            }
        }
    }

    /// <summary>Why the target is left alone now; null when it may be asked.</summary>
    public TargetRefusal? Refusal(BreakerLimits limits)
    {
        Circuit circuit = Of(limits);
        if (circuit.MayEnter)
        {
            return null;
        }

        TimeSpan left = circuit.Left;
        return new TargetRefusal(
            left > TimeSpan.Zero
                ? $"left alone for another {left.TotalSeconds:0.0} s: {_lastFailure}"
                : $"another request is trying it: {_lastFailure}",
            left > TimeSpan.Zero ? left : limits.Open.Value
        )
        {
            MayBeAskedInNeed = !_wasSilent && left > TimeSpan.Zero,
        };
    }

    /// <summary>Lets an attempt through; null when the target is left alone.</summary>
    public async ValueTask<BreakerPass?> TryEnterAsync(BreakerLimits limits)
    {
        Circuit circuit = Of(limits);
        // What waits for a verdict counts it and no more: done at once, a request need not go through the thread pool twice.
        TaskCompletionSource<Verdict> verdict = new();
        Task? run = await circuit.TryEnterAsync(verdict.Task);
        return run is null ? null : new BreakerPass(this, circuit, verdict, run);
    }

    /// <summary>Lets an attempt past the circuit: there is nobody else to ask.</summary>
    public BreakerPass EnterInNeed(BreakerLimits limits) =>
        new(this, Of(limits), new TaskCompletionSource<Verdict>(), run: null);

    /// <summary>The target answered somebody.</summary>
    public void MarkGood()
    {
        Volatile.Write(ref _good, Now);
        _wasGood = true;
    }

    /// <summary>
    /// Counts a failure in every circuit but the one that has counted it. A target that does not answer at all is left alone at
    /// once, unless it answered others since the attempt began.
    /// </summary>
    public async Task FailedAsync(string reason, FailureKind kind, long began, Circuit? counted)
    {
        Circuit[] circuits;
        lock (_lock)
        {
            circuits = [.. _circuits.Values];
        }

        // A target that answers others is slow, not gone.
        bool isGone = kind != FailureKind.Error && (!_wasGood || Volatile.Read(ref _good) <= began);
        (_lastFailure, _wasSilent) = (reason, kind == FailureKind.Silent);
        foreach (Circuit circuit in circuits)
        {
            if (circuit != counted)
            {
                await circuit.CountAsync(Verdict.Bad);
            }

            if (isGone)
            {
                await circuit.TripAsync();
            }
        }
    }

    private Circuit Of(BreakerLimits limits)
    {
        // Asked several times for each request, mostly with the limits of the same policy.
        if (_last is { } last && ReferenceEquals(last.Limits, limits))
        {
            return last.Circuit;
        }

        lock (_lock)
        {
            if (!_circuits.TryGetValue(limits, out Circuit? circuit))
            {
                if (_circuits.Count >= MostCircuits)
                {
                    _circuits.Clear();
                }

                _circuits[limits] = circuit = new Circuit(limits, time);
            }

            _last = new LastCircuit(limits, circuit);
            return circuit;
        }
    }

    private static int Badness(CircuitState state) =>
        state switch
        {
            CircuitState.Closed => 0,
            CircuitState.HalfOpen => 1,
            _ => 2,
        };

    private sealed record LastCircuit(BreakerLimits Limits, Circuit Circuit);
}
