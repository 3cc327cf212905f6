using System.Globalization;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Controllers.Hosting.Logging;

/// <summary>
/// Writes one line for each message, for example
/// <c>2026-11-25T21:00:00.000Z info: LlmOperator.Router.RouterHost[0] the message</c>.
/// </summary>
internal sealed class LineLogger(string category, LineWriter writer, TimeProvider time) : ILogger
{
    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        string text = formatter(state, exception);
        if (exception is not null)
        {
            text = $"{text} {exception}";
        }

        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {NameOf(logLevel)}: {category}[{eventId.Id}] {OneLine(text)}\n"
        );
        writer.Write(line, isUrgent: logLevel >= LogLevel.Warning);
    }

    // A message with line feeds must not look like several.
    private static string OneLine(string text) =>
        text.AsSpan().ContainsAny('\r', '\n') ? text.ReplaceLineEndings(" ") : text;

    private static string NameOf(LogLevel level) =>
        level switch
        {
            LogLevel.Trace => "trce",
            LogLevel.Debug => "dbug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            LogLevel.Error => "fail",
            _ => "crit",
        };
}
