using System.Runtime.InteropServices;

namespace LlmOperator.RouterBench;

/// <summary>Lets a program of a bench run until it has done its part or gets SIGTERM.</summary>
internal static class Termination
{
    public static async Task EndsAsync(Func<CancellationToken, Task> run)
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await run(stop.Token);

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }
}
