using LlmOperator.Kubernetes.Meta;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Replicas;

internal sealed partial class ReplicaSupervisor
{
    [LoggerMessage(LogLevel.Information, "Replica {Replica}: what runs is left, because {Why}.")]
    private partial void LogLeft(ObjectKey replica, string why);

    [LoggerMessage(LogLevel.Error, "Replica {Replica}: an error that nobody expected.")]
    private partial void LogBroken(ObjectKey replica, Exception error);
}
