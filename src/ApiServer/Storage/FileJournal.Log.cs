using Microsoft.Extensions.Logging;

namespace LlmOperator.ApiServer.Storage;

internal sealed partial class FileJournal
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Path}: cut off {Bytes} bytes of a write that was not finished"
    )]
    private static partial void LogTornTail(ILogger logger, string path, long bytes);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path} could not be written; the changes were refused")]
    private static partial void LogWriteFailed(ILogger logger, string path, Exception e);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Path} compacted from {Before} to {After} bytes")]
    private static partial void LogCompacted(ILogger logger, string path, long before, long after);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} could not be compacted; it goes on growing")]
    private static partial void LogCompactionFailed(ILogger logger, string path, Exception e);
}
