using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Authentication;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Testing.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.Kubernetes.Tests.Authentication;

public sealed class ExecTerminalTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLoggerFactory _log = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("exec").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _log.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [Trait("Semantics", "C5")]
    [InlineData("Never", true, false)]
    [InlineData("Never", false, false)]
    [InlineData("IfAvailable", true, true)]
    [InlineData("IfAvailable", false, false)]
    [InlineData(null, true, true)]
    [InlineData(null, false, false)]
    [InlineData("Always", true, true)]
    public async Task RunAsync_InteractiveMode_DecidesWhetherThePluginGetsOurStandardInput(
        string? mode,
        bool hasTerminal,
        bool isInteractive
    )
    {
        ExecPlugin plugin = Plugin(Program(), mode, hasTerminal);

        await plugin.RunAsync(Cancelled);

        JsonNode info = JsonNode.Parse(
            await File.ReadAllTextAsync(Path.Combine(_directory, "info"), Cancelled)
        )!;
        Assert.Equal(isInteractive, info["spec"]!["interactive"]!.GetValue<bool>());
        string ours = new FileInfo("/proc/self/fd/0").LinkTarget!;
        string theirs = (await File.ReadAllTextAsync(Path.Combine(_directory, "stdin"), Cancelled)).Trim();
        Assert.Equal(isInteractive, theirs == ours);
    }

    [Theory]
    [Trait("Semantics", "C5")]
    [InlineData("Always", false, "needs a terminal")]
    [InlineData("Sometimes", true, "use Never, IfAvailable or Always")]
    public async Task RunAsync_ModeThatCannotBe_SaysWhyAndRunsNothing(
        string mode,
        bool hasTerminal,
        string why
    )
    {
        ExecPlugin plugin = Plugin(Program(), mode, hasTerminal);

        HttpRequestException error = await Assert.ThrowsAsync<HttpRequestException>(() =>
            plugin.RunAsync(Cancelled)
        );

        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_directory, "info")));
    }

    [Fact]
    [Trait("Semantics", "C5")]
    public async Task RunAsync_PluginIsMissing_TheHintIsLoggedCleanTenTimesAnHour()
    {
        ExecPlugin plugin = Plugin(Path.Combine(_directory, "none"), "Never", hasTerminal: false);
        async Task FailAsync(int times)
        {
            for (int i = 0; i < times; i++)
            {
                await Assert.ThrowsAsync<HttpRequestException>(() => plugin.RunAsync(Cancelled));
            }
        }

        await FailAsync(15);
        Assert.Equal(10, _log.Entries.Count);
        Assert.All(
            _log.Entries,
            e =>
            {
                Assert.Equal(LogLevel.Warning, e.Level);
                Assert.EndsWith("Get it\uFFFD[31m at example.com", e.Text, StringComparison.Ordinal);
            }
        );
        _time.Advance(TimeSpan.FromHours(1));
        await FailAsync(2);
        Assert.Equal(12, _log.Entries.Count);
    }

    private ExecPlugin Plugin(string program, string? mode, bool hasTerminal) =>
        new(
            new ExecConfiguration
            {
                ApiVersion = "client.authentication.k8s.io/v1",
                Command = program,
                InteractiveMode = mode,
                InstallHint = "Get it\u001b[31m at example.com",
            },
            new KubernetesConfiguration { Server = new Uri("https://server") },
            _time,
            hasTerminal,
            _log.CreateLogger<ExecPlugin>()
        );

    private string Program()
    {
        string path = Path.Combine(_directory, "plugin");
        File.WriteAllText(
            path,
            $$$"""
            #!/bin/sh
            readlink /proc/self/fd/0 > {{{_directory}}}/stdin
            printf '%s' "$KUBERNETES_EXEC_INFO" > {{{_directory}}}/info
            printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t"}}'
            """
        );
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
