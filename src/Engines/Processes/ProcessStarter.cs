using System.Collections.Concurrent;
using System.Diagnostics;

namespace LlmOperator.Engines.Processes;

/// <summary>
/// Starts processes from one thread that lives as long as we do. The kernel ties a child's parent-death signal to the
/// thread that started it, and a thread of the pool ends when it idles, which would kill the child.
/// </summary>
internal static class ProcessStarter
{
    private static readonly BlockingCollection<(
        ProcessStartInfo Info,
        TaskCompletionSource<Process> Done
    )> s_queue = [];

    static ProcessStarter()
    {
        new Thread(Run) { IsBackground = true, Name = "process starter" }.Start();
    }

    public static Task<Process> StartAsync(ProcessStartInfo info)
    {
        TaskCompletionSource<Process> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        s_queue.Add((info, done));
        return done.Task;
    }

    private static void Run()
    {
        foreach (
            (ProcessStartInfo info, TaskCompletionSource<Process> done) in s_queue.GetConsumingEnumerable()
        )
        {
            try
            {
                done.SetResult(
                    Process.Start(info) ?? throw new InvalidOperationException("The process was not started.")
                );
            }
            catch (Exception error)
            {
                // The border of the thread: whatever failed belongs to the caller.
                done.SetException(error);
            }
        }
    }
}
