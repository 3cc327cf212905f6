using System.ComponentModel;
using System.Diagnostics;
using LlmOperator.ApiServer;

namespace LlmOperator.Testing.Kubernetes;

/// <summary>The machine's own kubectl, unmodified, against an embedded API server.</summary>
public sealed class Kubectl : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("llmop-kubectl-").FullName;
    private readonly string _kubeconfig;

    public Kubectl(EmbeddedApiServer server)
    {
        _kubeconfig = Path.Combine(_directory, "kubeconfig");
        File.WriteAllText(_kubeconfig, server.Kubeconfig);
    }

    /// <summary>What LLMOP_KUBECTL names, on PATH, or where <c>./test</c> puts it when the machine has none.</summary>
    public static string Executable { get; } = Find();

    /// <summary>Runs kubectl to its end.</summary>
    /// <param name="input">What <c>-f -</c> reads.</param>
    public async Task<KubectlResult> RunAsync(
        IEnumerable<string> arguments,
        CancellationToken cancellationToken,
        string? input = null,
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        using var process = Start(arguments, environment);
        try
        {
            if (input is not null)
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            }
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>Runs kubectl with arguments split at blanks.</summary>
    public Task<KubectlResult> RunAsync(
        string arguments,
        CancellationToken cancellationToken,
        string? input = null
    ) => RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), cancellationToken, input);

    /// <summary>Starts kubectl and leaves it running, as <c>get -w</c> needs; the caller ends it.</summary>
    public Process Start(
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        var start = new ProcessStartInfo(Executable)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["KUBECONFIG"] = _kubeconfig;
        // Discovery is cached in the home directory, by address; a test must not see another's.
        start.Environment["HOME"] = _directory;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException(
                $"kubectl was not found ({Executable}); ./test installs it, or put one on PATH.",
                e
            );
        }
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("LLMOP_KUBECTL") is { Length: > 0 } named)
        {
            return named;
        }
        var cache =
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        return folders
                .Append(Path.Combine(cache, "llmop", "kubectl"))
                .Select(f => Path.Combine(f, "kubectl"))
                .FirstOrDefault(File.Exists)
            ?? "kubectl";
    }
}
