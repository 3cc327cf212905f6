using Microsoft.Extensions.Logging;

namespace LlmOperator.Cli.Up;

/// <summary>Log messages of <c>llmop up</c>.</summary>
internal static partial class UpLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Part} did not stop cleanly")]
    public static partial void PartDidNotStop(ILogger logger, string part, Exception exception);
}
