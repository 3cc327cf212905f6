using System.ComponentModel;
using System.Runtime.InteropServices;

namespace LlmOperator.EndToEnd.Harness;

/// <summary>Signals to processes that the tests started.</summary>
internal static partial class Signals
{
    public const int Kill = 9;

    public const int Terminate = 15;

    public static void Send(int processId, int signal)
    {
        if (SendSignal(processId, signal) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int processId, int signal);
}
