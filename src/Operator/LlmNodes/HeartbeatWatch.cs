using System.Collections.Concurrent;
using LlmOperator.Kubernetes.Models;

namespace LlmOperator.Operator.LlmNodes;

/// <summary>
/// Judges heartbeats by when they were last seen to change on our own monotonic clock, never by the times that are
/// written in them (C50): clocks of nodes differ and jump. Thread-safe.
/// </summary>
internal sealed class HeartbeatWatch(TimeProvider time)
{
    /// <summary>How long a lease holds when it does not say.</summary>
    public static readonly TimeSpan DefaultDuration = TimeSpan.FromSeconds(40);

    private readonly ConcurrentDictionary<string, (string Mark, long SeenAt)> _seen = new();

    /// <summary>How long a node's heartbeat still holds; zero when it has run out.</summary>
    /// <param name="node">Name of the node.</param>
    /// <param name="lease">Its lease; null when there is none.</param>
    public TimeSpan Remaining(string node, Lease? lease)
    {
        string mark = $"{lease?.Metadata.Uid}/{lease?.Spec.RenewTime:O}/{lease?.Spec.HolderIdentity}";
        (string Mark, long SeenAt) seen = _seen.AddOrUpdate(
            node,
            _ => (mark, time.GetTimestamp()),
            (_, last) => last.Mark == mark ? last : (mark, time.GetTimestamp())
        );
        TimeSpan duration = lease?.Spec.LeaseDurationSeconds is { } seconds
            ? TimeSpan.FromSeconds(seconds)
            : DefaultDuration;
        TimeSpan left = duration - time.GetElapsedTime(seen.SeenAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Forgets a node that is gone.</summary>
    public void Forget(string node) => _seen.TryRemove(node, out _);
}
