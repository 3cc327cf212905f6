using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Authentication;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Testing.Kubernetes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.Kubernetes.Tests.Authentication;

public sealed class ExecCredentialTests : IDisposable
{
    private const string V1 = "client.authentication.k8s.io/v1";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly string _directory = Directory.CreateTempSubdirectory("exec").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    [Trait("Semantics", "C5")]
    [Trait("Fault", "10")]
    public async Task Fault10_FiftyParallelRequests_AreOneRunAndOneRefreshAfter401()
    {
        CountingPlugin plugin = new();
        using ExecCredentialSource source = new(plugin, _time, () => { });

        Credential[] credentials = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => source.GetAsync(Cancelled).AsTask())
        );
        Assert.Equal(1, plugin.Runs);

        await Task.WhenAll(
            credentials.Select(c => source.OnUnauthorizedAsync(c, _time.GetTimestamp(), Cancelled).AsTask())
        );
        Assert.Equal(2, plugin.Runs);
        Assert.Equal("token 2", (await source.GetAsync(Cancelled)).Header!.Parameter);
    }

    [Fact]
    [Trait("Semantics", "C5")]
    public async Task GetAsync_Expired_RunsAgain()
    {
        CountingPlugin plugin = new() { Expiry = _time.GetUtcNow().AddMinutes(10) };
        using ExecCredentialSource source = new(plugin, _time, () => { });

        await source.GetAsync(Cancelled);
        _time.Advance(TimeSpan.FromMinutes(9));
        await source.GetAsync(Cancelled);
        Assert.Equal(1, plugin.Runs);
        _time.Advance(TimeSpan.FromMinutes(1));
        await source.GetAsync(Cancelled);
        Assert.Equal(2, plugin.Runs);
    }

    [Fact]
    [Trait("Semantics", "C5")]
    public async Task OnUnauthorized_CertificateChanged_ClosesConnectionsOnlyThen()
    {
        using TestCertificates certificates = new();
        int closed = 0;
        CountingPlugin plugin = new() { Certificate = certificates.Client("one") };
        using ExecCredentialSource source = new(plugin, _time, () => closed++);

        Credential first = await source.GetAsync(Cancelled);
        await source.OnUnauthorizedAsync(first, 0, Cancelled);
        Assert.Equal(0, closed);
        plugin.Certificate = certificates.Client("two");
        await source.OnUnauthorizedAsync(await source.GetAsync(Cancelled), 0, Cancelled);

        Assert.Equal(1, closed);
        Assert.Equal("CN=two", source.Certificate!.Subject);
    }

    [Theory]
    [Trait("Semantics", "C5")]
    [InlineData("not json", "printed no ExecCredential")]
    [InlineData(
        """{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"t"}}""",
        "but the kubeconfig asks for"
    )]
    [InlineData(
        """{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}""",
        "without a status"
    )]
    [InlineData(
        """{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{}}""",
        "neither a token nor"
    )]
    [InlineData(
        """{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t","clientKeyData":"k"}}""",
        "without its"
    )]
    public void Read_UnusableAnswer_SaysWhy(string output, string problem)
    {
        HttpRequestException error = Assert.Throws<HttpRequestException>(() =>
            ExecCredential.Read(System.Text.Encoding.UTF8.GetBytes(output), V1, "plugin")
        );

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Semantics", "C5")]
    public async Task RunAsync_RealProgram_GetsTheClusterAndItsEnvironment()
    {
        string program = Program(
            """
            #!/bin/sh
            printf '%s' "$KUBERNETES_EXEC_INFO" > "$INFO_FILE"
            printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"%s"}}' "$1"
            """
        );
        string infoFile = Path.Combine(_directory, "info.json");
        ExecPlugin plugin = Plugin(
            new ExecConfiguration
            {
                ApiVersion = V1,
                Command = program,
                Args = ["hunter2"],
                Env = [new ExecVariable { Name = "INFO_FILE", Value = infoFile }],
                ProvideClusterInfo = true,
                ClusterConfig = new JsonObject { ["audience"] = "a" },
            }
        );

        ExecCredentialStatus status = await plugin.RunAsync(Cancelled);

        Assert.Equal("hunter2", status.Token);
        JsonNode info = JsonNode.Parse(await File.ReadAllTextAsync(infoFile, Cancelled))!;
        Assert.Equal(V1, info["apiVersion"]!.GetValue<string>());
        Assert.False(info["spec"]!["interactive"]!.GetValue<bool>());
        Assert.Equal("https://server", info["spec"]!["cluster"]!["server"]!.GetValue<string>());
        Assert.Equal("a", info["spec"]!["cluster"]!["config"]!["audience"]!.GetValue<string>());
    }

    [Fact]
    [Trait("Semantics", "C5")]
    public async Task RunAsync_ProgramFailsOrIsMissing_SaysWhich()
    {
        ExecPlugin failing = Plugin(
            new ExecConfiguration { ApiVersion = V1, Command = Program("#!/bin/sh\nexit 3\n") }
        );
        ExecPlugin missing = Plugin(
            new ExecConfiguration { ApiVersion = V1, Command = Path.Combine(_directory, "none") }
        );
        ExecPlugin interactive = Plugin(
            new ExecConfiguration
            {
                ApiVersion = V1,
                Command = "none",
                InteractiveMode = "Always",
            }
        );

        Assert.Contains("exit code 3", await FailureAsync(failing), StringComparison.Ordinal);
        Assert.Contains("Cannot run", await FailureAsync(missing), StringComparison.Ordinal);
        Assert.Contains("needs a terminal", await FailureAsync(interactive), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Semantics", "C5")]
    public void InstallHint_ManyFailures_IsCleanedAndShownTenTimesAnHour()
    {
        InstallHint hint = new("get it\u001b[31m here\n", _time);

        Assert.All(Enumerable.Range(0, 10), _ => Assert.Equal("get it\uFFFD[31m here\n", hint.Next()));
        Assert.Null(hint.Next());
        _time.Advance(TimeSpan.FromHours(1));
        Assert.NotNull(hint.Next());
    }

    [Fact]
    [Trait("Semantics", "C5")]
    public async Task For_OtherCredentialsConfigured_PluginIsSkipped()
    {
        KubernetesConfiguration configuration = new()
        {
            Server = new Uri("https://server"),
            Credentials = new CredentialConfiguration
            {
                Token = "t",
                Exec = new ExecConfiguration { ApiVersion = V1, Command = "none" },
            },
        };

        ICredentialSource source = CredentialSources.For(
            configuration,
            _time,
            NullLoggerFactory.Instance,
            () => { }
        );

        Assert.Equal("t", (await source.GetAsync(Cancelled)).Header!.Parameter);
    }

    private static async Task<string> FailureAsync(ExecPlugin plugin) =>
        (await Assert.ThrowsAsync<HttpRequestException>(() => plugin.RunAsync(Cancelled))).Message;

    private ExecPlugin Plugin(ExecConfiguration exec) =>
        new(
            exec,
            new KubernetesConfiguration { Server = new Uri("https://server") },
            _time,
            hasTerminal: false,
            NullLogger<ExecPlugin>.Instance
        );

    private string Program(string text)
    {
        string path = Path.Combine(_directory, Guid.NewGuid().ToString());
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private sealed class CountingPlugin : IExecPlugin
    {
        private int _runs;

        public int Runs => _runs;

        public DateTimeOffset? Expiry { get; init; }

        public (string Certificate, string Key)? Certificate { get; set; }

        public async Task<ExecCredentialStatus> RunAsync(CancellationToken cancellationToken)
        {
            await Task.Yield();
            int run = Interlocked.Increment(ref _runs);
            return new ExecCredentialStatus
            {
                Token = $"token {run}",
                ExpirationTimestamp = Expiry,
                ClientCertificateData = Certificate?.Certificate,
                ClientKeyData = Certificate?.Key,
            };
        }
    }
}
