namespace LlmOperator.Cli.Logs;

/// <summary>Prints the ends of log files and follows them.</summary>
/// <param name="output">Where to print.</param>
/// <param name="timeProvider">Clock between looks at a followed file.</param>
internal sealed class LogPrinter(TextWriter output, TimeProvider timeProvider)
{
    private static readonly TimeSpan s_followInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Prints the last lines of each file, and what is added when <paramref name="follow"/> is set.</summary>
    public async Task PrintAsync(
        IReadOnlyList<LogFile> files,
        int tail,
        bool follow,
        CancellationToken cancellationToken
    )
    {
        List<(LogFile File, StreamReader Reader)> readers = [];
        try
        {
            foreach (LogFile file in files)
            {
                StreamReader reader = new(
                    new FileStream(
                        file.Path,
                        FileMode.Open,
                        FileAccess.Read,
                        FileShare.ReadWrite | FileShare.Delete
                    )
                );
                readers.Add((file, reader));
                await PrintTailAsync(file, reader, tail, files.Count > 1, cancellationToken);
            }

            while (follow)
            {
                foreach ((LogFile file, StreamReader reader) in readers)
                {
                    while (await reader.ReadLineAsync(cancellationToken) is { } line)
                    {
                        await WriteAsync(file, line, files.Count > 1);
                    }
                }

                await Task.Delay(s_followInterval, timeProvider, cancellationToken);
            }
        }
        finally
        {
            readers.ForEach(r => r.Reader.Dispose());
        }
    }

    private async Task PrintTailAsync(
        LogFile file,
        StreamReader reader,
        int tail,
        bool labelled,
        CancellationToken cancellationToken
    )
    {
        Queue<string> last = new();
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            last.Enqueue(line);
            if (last.Count > tail)
            {
                last.Dequeue();
            }
        }

        foreach (string line in last)
        {
            await WriteAsync(file, line, labelled);
        }
    }

    private Task WriteAsync(LogFile file, string line, bool labelled) =>
        output.WriteLineAsync(labelled ? $"[{file.Label}] {line}" : line);
}
