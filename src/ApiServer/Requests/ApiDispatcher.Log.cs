using Microsoft.Extensions.Logging;

namespace LlmOperator.ApiServer.Requests;

internal sealed partial class ApiDispatcher
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed unexpectedly")]
    private static partial void LogFailed(ILogger logger, string method, string path, Exception e);
}
