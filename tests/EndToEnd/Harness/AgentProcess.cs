using System.Diagnostics;
using LlmOperator.Testing.Network;

namespace LlmOperator.EndToEnd.Harness;

/// <summary>A node agent in a process of its own, beside those of a running <c>llmop up</c>; it may be killed and started again.</summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    private readonly RunningUp _up;
    private readonly string _name;
    private readonly string _folder;
    private readonly int _port = LoopbackPort.Free();
    private Process _process;

    private AgentProcess(RunningUp up, string name)
    {
        (_up, _name) = (up, name);
        _folder = Directory.CreateTempSubdirectory("llmop-agent-").FullName;
        _process = Start();
    }

    public static AgentProcess Start(RunningUp up, string name) => new(up, name);

    /// <summary>Ends it without a word, as a lost machine would, and starts it again at the same address.</summary>
    public async Task KillAndRestartAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellationToken);
        _process.Dispose();
        _process = Start();
    }

    public async ValueTask DisposeAsync()
    {
        // In good order, so that it takes its engines along.
        Signals.Send(_process.Id, Signals.Terminate);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Process Start()
    {
        ProcessStartInfo info = new("dotnet") { UseShellExecute = false };
        info.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "LlmOperator.NodeAgent.dll"));
        info.Environment["LLMOP_NODE_NAME"] = _name;
        info.Environment["LLMOP_DATA_DIR"] = _folder;
        info.Environment["LLMOP_LISTEN"] = $"127.0.0.1:{_port}";
        info.Environment["LLMOP_SERVING_TOKEN_FILE"] = Path.Combine(_up.Folder, "serving-token");
        info.Environment["LLMOP_CPU_MEMORY"] = "2Gi";
        info.Environment["KUBECONFIG"] = _up.Kubeconfig;
        info.RedirectStandardError = true;
        info.RedirectStandardOutput = true;
        Process process = new() { StartInfo = info };
        process.Start();
        // Read, so that a full pipe does not stop it.
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
