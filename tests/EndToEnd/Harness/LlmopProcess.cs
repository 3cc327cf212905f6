using System.Diagnostics;
using System.Text;

namespace LlmOperator.EndToEnd.Harness;

/// <summary>A real <c>llmop</c> process.</summary>
public sealed class LlmopProcess : IAsyncDisposable
{
    private const int SignalInterrupt = 2;
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Lock _lock = new();

    private LlmopProcess(Process process) => _process = process;

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Standard output and error so far.</summary>
    public string Output
    {
        get
        {
            lock (_lock)
            {
                return _output.ToString();
            }
        }
    }

    public static LlmopProcess Start(
        IReadOnlyDictionary<string, string>? environment,
        params string[] arguments
    )
    {
        ProcessStartInfo info = new("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            RedirectStandardInput = true,
        };
        info.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "llmop.dll"));
        foreach (string argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }

        info.Environment.Remove("KUBECONFIG");
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            info.Environment[name] = value;
        }

        Process process = new() { StartInfo = info };
        LlmopProcess llmop = new(process);
        process.OutputDataReceived += llmop.Append;
        process.ErrorDataReceived += llmop.Append;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        return llmop;
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<LlmopProcess> RunAsync(
        IReadOnlyDictionary<string, string>? environment,
        CancellationToken cancellationToken,
        params string[] arguments
    )
    {
        LlmopProcess process = Start(environment, arguments);
        await process._process.WaitForExitAsync(cancellationToken);
        return process;
    }

    /// <summary>Kills it as the kernel would for lack of memory.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Ctrl-C.</summary>
    public async Task InterruptAsync(CancellationToken cancellationToken)
    {
        Signals.Send(_process.Id, SignalInterrupt);
        await _process.WaitForExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Append(object sender, DataReceivedEventArgs e)
    {
        lock (_lock)
        {
            _output.AppendLine(e.Data);
        }
    }
}
