using Microsoft.Extensions.Logging;

namespace LlmOperator.Controllers.Caching;

internal sealed partial class Reflector<T>
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "Listed {Count} {Kind} at version {Version}")]
    private partial void LogListed(string kind, int count, string? version);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cannot list or watch {Kind}: {Problem}")]
    private partial void LogListFailed(string kind, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "The watch of {Kind} ended: {Problem}")]
    private partial void LogWatchFailed(string kind, string problem);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The watch of {Kind} outlived its {Timeout} without an end; watching again"
    )]
    private partial void LogSilent(string kind, TimeSpan timeout);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The server does not stream lists of {Kind}; listing in pages"
    )]
    private partial void LogNoStreaming(string kind);
}
