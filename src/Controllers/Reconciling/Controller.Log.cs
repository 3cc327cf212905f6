using LlmOperator.Kubernetes.Meta;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Controllers.Reconciling;

internal sealed partial class Controller<T>
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Controller} could not reconcile {Key}, failure {Failures}"
    )]
    private partial void LogFailed(Exception exception, string controller, ObjectKey key, int failures);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Controller} cannot reconcile {Key}; waiting for a change"
    )]
    private partial void LogTerminal(Exception exception, string controller, ObjectKey key);

    [LoggerMessage(
        Level = LogLevel.Debug,
        Message = "{Controller} reconciles {Key} again after a conflict: {Problem}"
    )]
    private partial void LogConflict(string controller, ObjectKey key, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "A worker of {Controller} failed at {Key}")]
    private partial void LogWorkerFailed(Exception exception, string controller, ObjectKey key);
}
