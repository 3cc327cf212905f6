using System.Diagnostics;
using System.Text.Json.Nodes;

namespace LlmOperator.EndToEnd.Harness;

/// <summary>A real <c>llmop up</c> on a folder of its own, and kubectl on it.</summary>
public sealed class RunningUp : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);
    private readonly string[] _arguments;
    private readonly bool _ownsFolder;

    private RunningUp(string folder, bool ownsFolder, string[] arguments)
    {
        Folder = folder;
        _ownsFolder = ownsFolder;
        _arguments = arguments;
        Process = Launch();
    }

    public string Folder { get; }

    public LlmopProcess Process { get; private set; }

    public string Kubeconfig => Path.Combine(Folder, "kubeconfig");

    public Uri Router { get; private set; } = new("http://127.0.0.1/");

    public static async Task<RunningUp> StartAsync(
        CancellationToken cancellationToken,
        params string[] arguments
    )
    {
        RunningUp up = new(
            Directory.CreateTempSubdirectory("llmop-e2e-").FullName,
            ownsFolder: true,
            arguments
        );
        await up.WaitUntilUpAsync(cancellationToken);
        return up;
    }

    /// <summary>Starts again on the same folder after a kill.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await Process.DisposeAsync();
        Process = Launch();
        await WaitUntilUpAsync(cancellationToken);
    }

    private static string Kubectl => Environment.GetEnvironmentVariable("LLMOP_KUBECTL") ?? "kubectl";

    /// <summary>Starts a kubectl that does not end by itself.</summary>
    public WatchedCommand StartKubectl(params string[] arguments) =>
        WatchedCommand.Start(Kubectl, ["--kubeconfig", Kubeconfig, .. arguments]);

    public Task<CommandResult> KubectlAsync(CancellationToken cancellationToken, params string[] arguments) =>
        KubectlAsync(input: null, cancellationToken, arguments);

    public Task<CommandResult> KubectlAsync(
        string? input,
        CancellationToken cancellationToken,
        params string[] arguments
    ) => Command.RunAsync(Kubectl, ["--kubeconfig", Kubeconfig, .. arguments], input, cancellationToken);

    /// <summary>Applies a manifest with kubectl and fails the test when that fails.</summary>
    public async Task ApplyAsync(string manifest, CancellationToken cancellationToken)
    {
        CommandResult result = await KubectlAsync(manifest, cancellationToken, "apply", "-f", "-");
        Assert.True(result.ExitCode == 0, result.All);
    }

    /// <summary>An object as JSON; null when it does not exist.</summary>
    public async Task<JsonNode?> GetAsync(string kind, string name, CancellationToken cancellationToken)
    {
        CommandResult result = await KubectlAsync(cancellationToken, "get", kind, name, "-o", "json");
        return result.ExitCode == 0 ? JsonNode.Parse(result.Output) : null;
    }

    public async Task<JsonArray> ListAsync(string kind, CancellationToken cancellationToken)
    {
        CommandResult result = await KubectlAsync(cancellationToken, "get", kind, "-o", "json");
        Assert.True(result.ExitCode == 0, result.All);
        return JsonNode.Parse(result.Output)!["items"]!.AsArray();
    }

    /// <summary>Waits until a condition has a status; the message of a failure shows the object.</summary>
    public async Task<JsonNode> WaitForConditionAsync(
        string kind,
        string name,
        string type,
        string status,
        string? reason,
        CancellationToken cancellationToken
    )
    {
        JsonNode? last = null;
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < s_patience)
        {
            last = await GetAsync(kind, name, cancellationToken);
            JsonNode? condition = last
                ?["status"]?["conditions"]?.AsArray()
                .FirstOrDefault(c => (string?)c!["type"] == type);
            if (
                (string?)condition?["status"] == status
                && (reason is null || (string?)condition["reason"] == reason)
            )
            {
                return condition;
            }

            await Task.Delay(100, cancellationToken);
        }

        throw new TimeoutException(
            $"{kind}/{name} did not reach {type}={status} {reason}: {last?["status"]}\n{Process.Output}"
        );
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        if (_ownsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private LlmopProcess Launch() =>
        LlmopProcess.Start(null, ["up", "--data-dir", Folder, "--router-port", "0", .. _arguments]);

    private async Task WaitUntilUpAsync(CancellationToken cancellationToken)
    {
        string state = Path.Combine(Folder, "up.json");
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < s_patience)
        {
            // A state file that a killed process left behind names that process.
            if (
                File.Exists(state)
                && JsonNode.Parse(await File.ReadAllTextAsync(state, cancellationToken)) is { } json
                && (int?)json["processId"] == Process.ProcessId
            )
            {
                Router = new Uri((string)json["router"]!);
                return;
            }

            if (Process.HasExited)
            {
                throw new InvalidOperationException(
                    $"llmop up ended with {Process.ExitCode}: {Process.Output}"
                );
            }

            await Task.Delay(50, cancellationToken);
        }

        throw new TimeoutException($"llmop up did not come up: {Process.Output}");
    }
}
