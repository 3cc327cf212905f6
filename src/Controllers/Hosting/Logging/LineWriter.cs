using System.Buffers;
using System.Text;

namespace LlmOperator.Controllers.Hosting.Logging;

/// <summary>
/// Gathers lines and writes them together, soon after the first. Who writes lines waits only when more of them are unwritten
/// than may be held. Thread-safe.
/// </summary>
internal sealed class LineWriter : IDisposable
{
    /// <summary>How long lines are gathered that nobody waits for.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private const int MostHeldBytes = 1 << 20;
    private readonly Stream _output;
    private readonly ITimer _timer;
    private readonly Lock _gathering = new();
    private readonly Lock _writing = new();
    private ArrayBufferWriter<byte> _lines = new(16 << 10);
    private ArrayBufferWriter<byte> _spare = new(16 << 10);
    private bool _isDue;
    private bool _isUrgent;

    /// <param name="output">Where to; not closed.</param>
    /// <param name="time">Clock.</param>
    public LineWriter(Stream output, TimeProvider time)
    {
        _output = output;
        _timer = time.CreateTimer(_ => Flush(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Adds a line.</summary>
    /// <param name="line">The line, with its end.</param>
    /// <param name="isUrgent">Whether it and all before it are written at once.</param>
    public void Write(string line, bool isUrgent)
    {
        bool isFull;
        bool begins;
        bool hurries;
        lock (_gathering)
        {
            Encoding.UTF8.GetBytes(line, _lines);
            isFull = _lines.WrittenCount >= MostHeldBytes;
            begins = !_isDue;
            hurries = isUrgent && !_isUrgent;
            _isDue = true;
            _isUrgent |= isUrgent;
        }

        if (isFull)
        {
            Flush();
        }
        else if (begins || hurries)
        {
            _timer.Change(isUrgent ? TimeSpan.Zero : Pause, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Writes all that was added before.</summary>
    public void Flush()
    {
        // Lines keep their order: the next are taken only when these are written.
        lock (_writing)
        {
            ArrayBufferWriter<byte> lines;
            lock (_gathering)
            {
                (lines, _lines) = (_lines, _spare);
                _spare = lines;
                (_isDue, _isUrgent) = (false, false);
            }

            if (lines.WrittenCount == 0)
            {
                return;
            }

            try
            {
                _output.Write(lines.WrittenSpan);
                _output.Flush();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // Nobody reads the log any more: what it would have said is lost, and the part goes on.
            }

            lines.ResetWrittenCount();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        Flush();
    }
}
