using System.Diagnostics;
using LlmOperator.Engines.LlamaCpp;
using LlmOperator.Testing.Gguf;

namespace LlmOperator.Testing.Engine;

/// <summary>The real llama-server (LLMOP_LLAMA_SERVER, PATH, or eng/fetch-engine) and a model it can load.</summary>
public sealed class EngineFixture : IDisposable
{
    private const string DemoModel = "tools/demo-model/llmop-demo.gguf";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llmop-engine-");
    private int _folders;

    public EngineFixture()
    {
        Command = new LlamaServerLocator().Locate() ?? new LlamaServerCommand(Fetch("eng/fetch-engine"), []);
        Engine = new LlamaServerEngine(Command, TimeProvider.System);
        TinyModelPath = Path.Combine(_folder.FullName, "tiny.gguf");
        File.WriteAllBytes(TinyModelPath, ModelShapes.TinyLlama());
        string demo = Path.Combine(RepositoryRoot, DemoModel);
        DemoModelPath = File.Exists(demo) ? demo : null;
    }

    public LlamaServerCommand Command { get; }

    public LlamaServerEngine Engine { get; }

    /// <summary>A llama of half a megabyte with random weights.</summary>
    public string TinyModelPath { get; }

    /// <summary>The trained demo model; null where it is not in the checkout.</summary>
    public string? DemoModelPath { get; }

    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>A folder of its own, with a path short enough for a socket.</summary>
    public string NewFolder() =>
        _folder.CreateSubdirectory($"f{Interlocked.Increment(ref _folders)}").FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LlmOperator.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new InvalidOperationException("The tests must run inside the checkout.");
    }

    /// <summary>Runs a script of the checkout that prints the path of an engine.</summary>
    public static string Fetch(string script)
    {
        ProcessStartInfo info = new(Path.Combine(RepositoryRoot, script))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(info) ?? throw new InvalidOperationException(script);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException(errors.GetAwaiter().GetResult());
    }
}
