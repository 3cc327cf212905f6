using LlmOperator.Kubernetes.Meta;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Controllers.LeaderElection;

public sealed partial class LeaderElector
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Identity} tries to lead by lease {Lease}")]
    private partial void LogTrying(ObjectKey lease, string identity);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Identity} leads by lease {Lease}")]
    private partial void LogLeading(ObjectKey lease, string identity);

    [LoggerMessage(Level = LogLevel.Information, Message = "Lease {Lease} released")]
    private partial void LogReleased(ObjectKey lease);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Lease {Lease} could not be taken or renewed: {Problem}"
    )]
    private partial void LogAttemptFailed(ObjectKey lease, string problem);
}
