using Microsoft.Extensions.Logging;

namespace LlmOperator.Controllers.Hosting;

public sealed partial class ControllerManager
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Ready: {Caches} caches synced")]
    private partial void LogReady(int caches);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping")]
    private partial void LogStopping();

    [LoggerMessage(Level = LogLevel.Error, Message = "{Problem} Stopping at once")]
    private partial void LogLost(string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease could not be released: {Problem}")]
    private partial void LogNotReleased(string problem);
}
