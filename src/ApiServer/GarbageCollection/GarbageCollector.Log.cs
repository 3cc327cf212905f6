using Microsoft.Extensions.Logging;

namespace LlmOperator.ApiServer.GarbageCollection;

internal sealed partial class GarbageCollector
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "Collected {Kind} {Key}")]
    private static partial void LogDeleted(ILogger logger, string kind, string key);

    [LoggerMessage(Level = LogLevel.Error, Message = "Garbage collection failed; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
