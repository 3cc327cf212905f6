using LlmOperator.Kubernetes.Meta;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Replicas;

internal sealed partial class ReplicaSupervisor
{
    // A failed pull is not tried again at once: what was wrong a moment ago still is.
    private static readonly TimeSpan PullRetryFloor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StoredCheckInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(10);

    [LoggerMessage(LogLevel.Information, "Replica {Replica}: what runs is left, because {Why}.")]
    private partial void LogLeft(ObjectKey replica, string why);

    [LoggerMessage(LogLevel.Information, "Replica {Replica}: the engine is started again after {Delay}.")]
    private partial void LogRestart(ObjectKey replica, TimeSpan delay);

    [LoggerMessage(LogLevel.Error, "Replica {Replica}: an error that nobody expected.")]
    private partial void LogBroken(ObjectKey replica, Exception error);
}
