using System.Diagnostics;
using System.Globalization;

namespace LlmOperator.Storm.Machines;

/// <summary>A process of the storm, with its log in a file; killed when disposed.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public static ChildProcess StartSelf(string log, params string[] arguments) =>
        Start(log, new Dictionary<string, string>(), [typeof(ChildProcess).Assembly.Location, .. arguments]);

    /// <summary>Starts a .NET assembly.</summary>
    public static ChildProcess Start(
        string log,
        IReadOnlyDictionary<string, string> environment,
        params string[] arguments
    )
    {
        ProcessStartInfo start = new("/bin/sh") { UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("""log=$1; shift; exec "$@" >>"$log" 2>&1 </dev/null""");
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(log);
        start.ArgumentList.Add(Environment.ProcessPath!);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(Process.Start(start)!);
    }

    /// <summary>SIGKILL; returns when it is gone.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    /// <summary>Returns when this process is asked to stop, or its parent is gone.</summary>
    public static async Task UntilStoppedAsync(CancellationToken cancellationToken)
    {
        int parent = ProcessUsage.ParentOf(Environment.ProcessId);
        while (
            !cancellationToken.IsCancellationRequested
            && ProcessUsage.ParentOf(Environment.ProcessId) == parent
        )
        {
            await Task.Delay(500, cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    public override string ToString() => Id.ToString(CultureInfo.InvariantCulture);
}
