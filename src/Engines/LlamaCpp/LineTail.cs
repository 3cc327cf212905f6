namespace LlmOperator.Engines.LlamaCpp;

/// <summary>The last lines of a process, bounded in number and length. Safe for concurrent use.</summary>
internal sealed class LineTail
{
    private const int MaxLines = 100;
    private const int MaxLineLength = 500;

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>The last line, or null.</summary>
    public static string? LastOf(IReadOnlyList<string> lines) => lines.Count > 0 ? lines[^1] : null;

    public void Add(string line)
    {
        lock (_lock)
        {
            _lines.Enqueue(line.Length <= MaxLineLength ? line : line[..MaxLineLength]);
            if (_lines.Count > MaxLines)
            {
                _lines.Dequeue();
            }
        }
    }
}
