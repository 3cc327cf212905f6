using System.Globalization;

namespace LlmOperator.Engines.Processes;

/// <summary>Tells a kill by the kernel for memory from any other kill -9.</summary>
internal static class OutOfMemoryKills
{
    private const string Counter = "oom_kill ";

    /// <summary>Kills since boot (oom_kill of /proc/vmstat); 0 where the kernel does not count.</summary>
    public static long Count()
    {
        try
        {
            string? line = File.ReadLines("/proc/vmstat")
                .FirstOrDefault(text => text.StartsWith(Counter, StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line[Counter.Length..], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
