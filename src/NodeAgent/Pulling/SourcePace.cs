namespace LlmOperator.NodeAgent.Pulling;

/// <summary>How long a source takes to its first byte, and how fast a connection is then. Not thread-safe.</summary>
internal sealed class SourcePace
{
    // A request may cost a twentieth of the time that its bytes take.
    private const double TransferPerWait = 20;

    // Weight of the newest measurement.
    private const double Newest = 0.3;
    private double? _waitSeconds;
    private double? _bytesPerSecond;

    /// <summary>What its connections brought lately, each; 0 before anything was measured.</summary>
    public double BytesPerSecond => _bytesPerSecond ?? 0;

    public void Waited(TimeSpan time) => _waitSeconds = Mixed(_waitSeconds, time.TotalSeconds);

    public void Moved(long bytes, TimeSpan time)
    {
        if (time > TimeSpan.Zero && bytes > 0)
        {
            _bytesPerSecond = Mixed(_bytesPerSecond, bytes / time.TotalSeconds);
        }
    }

    /// <summary>Units worth one request; 1 before anything was measured, so that units come in order.</summary>
    public int Units(int unitBytes, int most) =>
        _waitSeconds is { } wait && _bytesPerSecond is { } rate
            ? (int)Math.Clamp(Math.Ceiling(TransferPerWait * wait * rate / unitBytes), 1, most)
            : 1;

    private static double Mixed(double? old, double value) =>
        old is { } known ? known * (1 - Newest) + value * Newest : value;
}
