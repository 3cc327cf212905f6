using System.Collections.Concurrent;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Router.Limits;

/// <summary>All request limits that this router has met, and the loop that gives back what it does not use. Thread-safe.</summary>
/// <param name="client">API server.</param>
/// <param name="holder">This router, by a name that no other has and that a restarted one has not.</param>
/// <param name="time">Clock.</param>
/// <param name="random">Jitter.</param>
/// <param name="logger">Log.</param>
internal sealed class LimitDesk(
    IKubernetesClient client,
    string holder,
    TimeProvider time,
    Random random,
    ILogger<LimitDesk> logger
) : IRunnable, IDisposable
{
    private static readonly TimeSpan s_pace = TimeSpan.FromSeconds(1);

    // Limits of keys and policies that are gone, or that nobody uses.
    private static readonly TimeSpan s_forgottenAfter = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<ObjectKey, RateGate> _gates = new();

    /// <inheritdoc/>
    public string Name => "limits";

    /// <inheritdoc/>
    public bool NeedsLeaderElection => false;

    /// <summary>The gate of some limits. Changed ones get a new gate.</summary>
    public RateGate GateOf(CompiledLimits limits) =>
        _gates.TryGetValue(limits.Ledger, out RateGate? gate) && gate.Limits.Spec == limits.Spec
            ? gate
            : _gates.AddOrUpdate(
                limits.Ledger,
                _ => GateFor(limits),
                (_, there) => there.Limits.Spec == limits.Spec ? there : GateFor(limits)
            );

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(s_pace, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await TidyAsync(isLeaving: false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The router stops: what it holds goes back.
        }

        await TidyAsync(isLeaving: true);
    }

    /// <summary>Gives back what is not used, and forgets limits that are not asked for any more.</summary>
    public async Task TidyAsync(bool isLeaving)
    {
        await Task.WhenAll(_gates.Values.Select(gate => gate.TidyAsync(isLeaving)));
        foreach ((ObjectKey key, RateGate gate) in _gates)
        {
            if (gate.IsIdle(s_forgottenAfter))
            {
                _gates.TryRemove(new KeyValuePair<ObjectKey, RateGate>(key, gate));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RateGate gate in _gates.Values)
        {
            gate.Dispose();
        }
    }

    private RateGate GateFor(CompiledLimits limits)
    {
        LimitLedger ledger = new(limits, holder, client, time, random);
        return new RateGate(limits, new LimitSource(limits, ledger, time, logger), time);
    }
}
