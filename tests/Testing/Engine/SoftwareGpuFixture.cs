using LlmOperator.Engines.LlamaCpp;

namespace LlmOperator.Testing.Engine;

/// <summary>The real llama-server with two GPUs that are software (eng/fetch-software-gpu).</summary>
public sealed class SoftwareGpuFixture : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llmop-gpu-");
    private int _folders;

    public SoftwareGpuFixture()
    {
        Command = new LlamaServerCommand(EngineFixture.Fetch("eng/fetch-software-gpu"), []);
        Engine = new LlamaServerEngine(Command, TimeProvider.System);
    }

    public LlamaServerCommand Command { get; }

    public LlamaServerEngine Engine { get; }

    /// <summary>A folder of its own, with a path short enough for a socket.</summary>
    public string NewFolder() =>
        _folder.CreateSubdirectory($"f{Interlocked.Increment(ref _folders)}").FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}
