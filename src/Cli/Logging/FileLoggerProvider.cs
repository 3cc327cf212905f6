using Microsoft.Extensions.Logging;

namespace LlmOperator.Cli.Logging;

/// <summary>Writes log lines to a file that never grows past a size: the older half is kept beside it as <c>.old</c>.</summary>
internal sealed class FileLoggerProvider : ILoggerProvider
{
    private const long MaximumBytes = 16 << 20;
    private readonly Lock _lock = new();
    private readonly TimeProvider _timeProvider;
    private readonly string _path;
    private StreamWriter _writer;

    /// <summary>Opens the file for appending.</summary>
    public FileLoggerProvider(string path, TimeProvider timeProvider)
    {
        (_path, _timeProvider) = (path, timeProvider);
        _writer = Open();
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new FileLogger(this, categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _writer.Dispose();
        }
    }

    private StreamWriter Open() =>
        new(new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            AutoFlush = true,
        };

    private void Write(string line)
    {
        lock (_lock)
        {
            if (_writer.BaseStream.Length > MaximumBytes)
            {
                _writer.Dispose();
                File.Move(_path, _path + ".old", overwrite: true);
                _writer = Open();
            }

            _writer.WriteLine(line);
        }
    }

    private sealed class FileLogger(FileLoggerProvider provider, string category) : ILogger
    {
        private readonly string _category = category[(category.LastIndexOf('.') + 1)..];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

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

            string time = provider
                ._timeProvider.GetUtcNow()
                .UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
            string cause = exception is null ? "" : Environment.NewLine + exception;
            provider.Write($"{time} {logLevel} {_category}: {formatter(state, exception)}{cause}");
        }
    }
}
