namespace LlmOperator.NodeAgent.Memory;

/// <summary>Memory of a process with its share of what it has in common with others (Pss).</summary>
internal static class ProcessMemory
{
    private const string Pss = "Pss:";

    /// <summary>Bytes, to a MiB; null when the process is gone or the system does not say.</summary>
    public static long? Read(int processId)
    {
        try
        {
            // Pss:               12345 kB
            string? line = File.ReadLines($"/proc/{processId}/smaps_rollup")
                .FirstOrDefault(text => text.StartsWith(Pss, StringComparison.Ordinal));
            return
                line is not null
                && long.TryParse(line[Pss.Length..].Replace("kB", "", StringComparison.Ordinal), out long kb)
                ? (kb + 1023) / 1024 * (1 << 20)
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
