using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Controllers.Hosting.Logging;

/// <summary>
/// Logs to a stream, a line each. Lines are written together: one at a time costs a router under load an eighth of its CPU,
/// most of it for waking the thread that writes.
/// </summary>
internal sealed class LineLoggerProvider : ILoggerProvider
{
    private readonly ConcurrentDictionary<string, LineLogger> _loggers = new(StringComparer.Ordinal);
    private readonly LineWriter _writer;
    private readonly TimeProvider _time;

    /// <param name="output">Where to; not closed.</param>
    /// <param name="time">Clock.</param>
    public LineLoggerProvider(Stream output, TimeProvider time) =>
        (_writer, _time) = (new LineWriter(output, time), time);

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) =>
        _loggers.GetOrAdd(categoryName, (name, p) => new LineLogger(name, p._writer, p._time), this);

    /// <summary>Writes what is left.</summary>
    public void Dispose() => _writer.Dispose();
}
