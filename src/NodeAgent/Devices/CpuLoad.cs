namespace LlmOperator.NodeAgent.Devices;

/// <summary>Share of time that the processors were busy since the last look. Not thread-safe.</summary>
internal sealed class CpuLoad(string root = "/")
{
    // The fields of the first line of /proc/stat: user nice system idle iowait irq softirq steal.
    private const int Idle = 3;
    private const int IoWait = 4;
    private const int Fields = 8;

    private (long Busy, long All)? _last;

    /// <summary>Percent; null at the first look and where the system does not say.</summary>
    public int? Read()
    {
        if (Sample() is not { } now)
        {
            return null;
        }

        (long Busy, long All)? last = _last;
        _last = now;
        return last is { } before && now.All > before.All
            ? (int)Math.Clamp((now.Busy - before.Busy) * 100 / (now.All - before.All), 0, 100)
            : null;
    }

    private (long Busy, long All)? Sample()
    {
        try
        {
            string line = File.ReadLines(Path.Combine(root, "proc/stat")).First();
            long[] ticks =
            [
                .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Skip(1)
                    .Take(Fields)
                    .Select(long.Parse),
            ];
            long all = ticks.Sum();
            return ticks.Length > IoWait ? (all - ticks[Idle] - ticks[IoWait], all) : null;
        }
        catch (Exception error)
            when (error
                    is IOException
                        or UnauthorizedAccessException
                        or FormatException
                        or InvalidOperationException
            )
        {
            return null;
        }
    }
}
