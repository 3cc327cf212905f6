using System.Runtime.InteropServices;

namespace LlmOperator.Engines.Processes;

/// <summary>Signals to process groups.</summary>
internal static partial class Signals
{
    public const int Abort = 6;
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Sends <paramref name="signal"/> to the group that <paramref name="processId"/> leads, or to it alone.</summary>
    public static void SendToGroup(int processId, int signal)
    {
        if (SendSignal(-processId, signal) != 0)
        {
            _ = SendSignal(processId, signal);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}
