using System.Diagnostics;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Testing.Engine;

namespace LlmOperator.EndToEnd.Harness.Cluster;

/// <summary>
/// A real cluster: the one of <c>LLMOP_E2E_KUBECONFIG</c>, or three nodes on this machine, which are started for the
/// stories and taken down after them.
/// </summary>
public sealed class TestCluster : IAsyncLifetime
{
    private const string ImagePrefix = "localhost/llm-operator";
    private static readonly string s_scripts = Path.Combine(
        EngineFixture.RepositoryRoot,
        "tests",
        "EndToEnd",
        "cluster"
    );
    private readonly string? _foreign = Environment.GetEnvironmentVariable("LLMOP_E2E_KUBECONFIG")
        is { Length: > 0 } file
        ? file
        : null;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llmop-cluster-");
    private KubernetesClient? _client;

    /// <summary>Tags of the same images; the second one is what the upgrade goes to.</summary>
    public IReadOnlyList<string> Tags { get; } =
        (Environment.GetEnvironmentVariable("LLMOP_E2E_TAGS") ?? "e2e-1,e2e-2").Split(',');

    public string ClientImage =>
        Environment.GetEnvironmentVariable("LLMOP_E2E_CLIENT_IMAGE") ?? $"{ImagePrefix}/client:{Tags[0]}";

    public IKubernetesClient Client =>
        _client ?? throw new InvalidOperationException("The cluster is not up.");

    internal static string ScriptFolder => s_scripts;

    private string Kubeconfig => _foreign ?? Path.Combine(State, "kubeconfig");

    private string State => Path.Combine(_folder.FullName, "cluster");

    public async ValueTask InitializeAsync()
    {
        if (_foreign is null)
        {
            await ScriptAsync("up", CancellationToken.None, "--nodes", "3", "--dir", State);
            await LoadImagesAsync();
        }

        _client = new KubernetesClient(KubernetesConfiguration.Load(Kubeconfig), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_foreign is null)
        {
            await ScriptAsync("down", CancellationToken.None, "--dir", State);
        }

        _folder.Delete(recursive: true);
    }

    /// <summary>Runs kubectl and fails the test when it fails.</summary>
    public async Task<string> KubectlAsync(
        string? input,
        CancellationToken cancellationToken,
        params string[] arguments
    )
    {
        string kubectl = Environment.GetEnvironmentVariable("LLMOP_KUBECTL") ?? "kubectl";
        CommandResult result = await Command.RunAsync(
            kubectl,
            ["--kubeconfig", Kubeconfig, .. arguments],
            input,
            cancellationToken
        );
        Assert.True(result.ExitCode == 0, $"kubectl {string.Join(' ', arguments)}: {result.All}");
        return result.Output;
    }

    /// <summary>What happens to a node of the tests' own cluster; the story is skipped on another one.</summary>
    public Task NodeAsync(string node, CancellationToken cancellationToken, params string[] action)
    {
        Assert.SkipUnless(
            _foreign is null,
            "The nodes of the cluster in LLMOP_E2E_KUBECONFIG are not ours to break."
        );
        return ScriptAsync("node", cancellationToken, ["--dir", State, node, .. action]);
    }

    private async Task LoadImagesAsync()
    {
        string? archives = Environment.GetEnvironmentVariable("LLMOP_E2E_ARCHIVES");
        if (archives is null)
        {
            archives = Path.Combine(_folder.FullName, "images");
            await ScriptAsync("images", CancellationToken.None, archives, Build);
        }

        string[] files = ["operator", "router", "node-agent", "client"];
        await ScriptAsync(
            "load",
            CancellationToken.None,
            ["--dir", State, .. files.Select(f => Path.Combine(archives, $"{f}.tar"))]
        );
        foreach (string name in files.SkipLast(1))
        {
            await ScriptAsync(
                "tag",
                CancellationToken.None,
                "--dir",
                State,
                $"{ImagePrefix}/{name}:{Tags[0]}",
                $"{ImagePrefix}/{name}:{Tags[1]}"
            );
        }
    }

    // bin/Release/net10.0/: the programs beside the tests were built the same way.
    private static string Build => new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Parent!.Name;

    private static async Task ScriptAsync(
        string script,
        CancellationToken cancellationToken,
        params string[] arguments
    )
    {
        long start = Stopwatch.GetTimestamp();
        CommandResult result = await Command.RunAsync(
            Path.Combine(s_scripts, script),
            arguments,
            input: null,
            cancellationToken
        );
        Assert.True(result.ExitCode == 0, $"{script}: {result.All}");
        TestContext.Current.SendDiagnosticMessage(
            $"{script}: {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s"
        );
    }
}
