namespace LlmOperator.Cli.Connection;

/// <summary>Where a running <c>llmop up</c> can be reached.</summary>
/// <param name="ProcessId">Its process.</param>
/// <param name="ProcessStart">When that process started, in clock ticks since boot: a reused process id does not match.</param>
/// <param name="ApiServer">URL of the embedded API server.</param>
/// <param name="Router">URL of the router.</param>
internal sealed record UpState(int ProcessId, long ProcessStart, string ApiServer, string Router)
{
    // Field 22 of /proc/PID/stat, counted from the field after the command's closing parenthesis.
    private const int StartFieldAfterCommand = 19;

    /// <summary>True while that very process lives.</summary>
    public bool IsRunning() => ProcessStart != 0 && StartOf(ProcessId) == ProcessStart;

    /// <summary>Start time of a process in clock ticks since boot; 0 when there is no such process.</summary>
    public static long StartOf(int processId)
    {
        try
        {
            // Raw text: "1234 (llmop up) S 1 1234 ... 8123456 ..."
            string stat = File.ReadAllText($"/proc/{processId}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            // A process that was killed and not yet waited for is still listed, but lives no more.
            return fields[0] is "Z" or "X" ? 0 : long.Parse(fields[StartFieldAfterCommand]);
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or FormatException
                        or IndexOutOfRangeException
            )
        {
            return 0;
        }
    }
}
