using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Configuration;

/// <summary>How far a model is on its way into memory.</summary>
/// <param name="Stage"><c>Pulling</c>, <c>OnDemand</c> (stored, nobody has asked) or <c>EngineStarting</c>.</param>
/// <param name="Percent">Part of the stage that is done; null when not known.</param>
/// <param name="Remaining">Time that is left of the stage; null when not known.</param>
internal sealed record LoadProgress(string Stage, int? Percent, TimeSpan? Remaining)
{
    /// <summary>How long the engine took to start before; null when it never did.</summary>
    public TimeSpan? LoadTime { get; init; }

    /// <summary>The same after the load has been going on for a time.</summary>
    public LoadProgress After(TimeSpan elapsed)
    {
        if (Stage == ModelReplicaConditions.Pulling)
        {
            return this;
        }

        LoadProgress started = this with { Stage = ModelReplicaConditions.EngineStarting };
        if (LoadTime is not { Ticks: > 0 } load)
        {
            return started;
        }

        // It may take longer than the last time: the end is never foretold.
        TimeSpan left = load - elapsed;
        return started with
        {
            Percent = (int)Math.Clamp(elapsed / load * 100, 0, 99),
            Remaining = left > s_least ? left : s_least,
        };
    }

    /// <summary>The progress of the replica that is nearest; null when one is in memory or nothing is on its way.</summary>
    public static LoadProgress? Nearest(IReadOnlyCollection<ModelReplica> replicas) =>
        replicas.Any(r => r.Status?.Residency == Residency.Loaded)
            ? null
            : replicas
                .Select(Of)
                .OfType<LoadProgress>()
                .OrderBy(p =>
                    p.Stage switch
                    {
                        ModelReplicaConditions.EngineStarting => 0,
                        ModelReplicaConditions.OnDemand => 1,
                        _ => 2,
                    }
                )
                .ThenBy(p => p.Remaining ?? TimeSpan.MaxValue)
                .FirstOrDefault();

    /// <summary>For people.</summary>
    public override string ToString() =>
        Stage
        + (Percent is { } percent ? $", {percent} %" : "")
        + (Remaining is { } left ? $", about {Math.Ceiling(left.TotalSeconds):0} s left" : "");

    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(1);

    private static LoadProgress? Of(ModelReplica replica)
    {
        if (replica.Status is not { } status || replica.Spec.Loading.Mode == LoadingMode.StoreOnly)
        {
            return null;
        }

        TimeSpan? load = status.Performance is { LoadMilliseconds: > 0 } speed
            ? TimeSpan.FromMilliseconds(speed.LoadMilliseconds)
            : null;
        string? stage = status.Conditions.FirstOrDefault(c => c.Type == ModelReplicaConditions.Ready)?.Reason;
        return status.Residency == Residency.Loading || stage == ModelReplicaConditions.EngineStarting
                ? new LoadProgress(ModelReplicaConditions.EngineStarting, null, load) { LoadTime = load }
            : stage == ModelReplicaConditions.OnDemand
                ? new LoadProgress(ModelReplicaConditions.OnDemand, null, load) { LoadTime = load }
            : stage == ModelReplicaConditions.Pulling ? OfPull(status.Pull, load)
            : null;
    }

    private static LoadProgress OfPull(ReplicaPull? pull, TimeSpan? load) =>
        new(
            ModelReplicaConditions.Pulling,
            pull is { TotalBytes: > 0 }
                ? (int)Math.Clamp(pull.CompletedBytes * 100.0 / pull.TotalBytes, 0, 100)
                : null,
            pull?.RemainingSeconds is { } seconds and >= 0
                ? TimeSpan.FromSeconds(Math.Min(seconds, 1L << 31))
                : null
        )
        {
            LoadTime = load,
        };
}
