using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Testing.Logging;

/// <summary>Keeps what is logged, with the level and the values of the scopes around it.</summary>
public sealed class RecordingLoggerFactory : ILoggerFactory
{
    private readonly ConcurrentQueue<LogEntry> _entries = new();
    private readonly LoggerExternalScopeProvider _scopes = new();

    public IReadOnlyList<LogEntry> Entries => [.. _entries];

    public ILogger CreateLogger(string categoryName) => new Recorder(this);

    public void AddProvider(ILoggerProvider provider) { }

    public void Dispose() { }

    private sealed class Recorder(RecordingLoggerFactory factory) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => factory._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            Dictionary<string, object?> scope = [];
            factory._scopes.ForEachScope(
                (values, all) =>
                {
                    foreach (var (key, value) in values as IEnumerable<KeyValuePair<string, object?>> ?? [])
                    {
                        all[key] = value;
                    }
                },
                scope
            );
            factory._entries.Enqueue(new LogEntry(logLevel, formatter(state, exception), scope));
        }
    }
}
