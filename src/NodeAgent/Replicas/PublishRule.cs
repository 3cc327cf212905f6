using LlmOperator.NodeAgent.Pulling;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>
/// When a state is written to the status. Each write goes to the API server and from there to all watchers, and many
/// nodes pull at once: progress alone is told with patience. Pure.
/// </summary>
internal static class PublishRule
{
    /// <summary>Least time between two writes that bring progress only.</summary>
    public static readonly TimeSpan BetweenProgress = TimeSpan.FromSeconds(2);

    /// <summary>Progress of less than <see cref="Step"/> waits this long.</summary>
    public static readonly TimeSpan BetweenLittleProgress = TimeSpan.FromSeconds(10);

    /// <summary>Percent of the bytes that are worth a write.</summary>
    public const int Step = 5;

    /// <summary>Whether a state is to be written now.</summary>
    /// <param name="published">The state that was written last; null when none was.</param>
    /// <param name="state">The present state.</param>
    /// <param name="since">Time since the last write.</param>
    public static bool IsDue(ReplicaState? published, ReplicaState state, TimeSpan since)
    {
        if (published is null)
        {
            return state.Generation > 0;
        }

        if (published == state)
        {
            return false;
        }

        return (published with { Pull = state.Pull }) != state
            || published.Pull?.State != state.Pull?.State
            || since >= BetweenLittleProgress
            || (since >= BetweenProgress && HasStepped(published.Pull, state.Pull));
    }

    private static bool HasStepped(PullProgress? before, PullProgress? now) =>
        Math.Abs((now?.Percent ?? 0) - (before?.Percent ?? 0)) >= Step;
}
