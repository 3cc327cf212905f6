using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;

namespace LlmOperator.ApiServer.Tests.Storage;

/// <summary>
/// A server in a process of its own, which a test can kill: this test program, started with the data folder in
/// an environment variable.
/// </summary>
internal sealed class ServerProcess : IDisposable
{
    private const string Variable = "LLMOP_TEST_API_SERVER_DATA";

    private readonly Process _process;
    private readonly string _directory;

    private ServerProcess(Process process, string directory, Uri url, string token) =>
        (_process, _directory, Url, Token) = (process, directory, url, token);

    public Uri Url { get; }

    public string Token { get; }

    public static async Task<ServerProcess> StartAsync(string directory, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ServerProcess).Assembly.Location])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        start.Environment[Variable] = directory;
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync(cancellation);
        return line?.Split(' ') is [var url, var token]
            ? new(process, directory, new Uri(url), token)
            : throw new InvalidOperationException($"The server process said: {line}");
    }

    /// <summary>SIGKILL, and waits until it is dead.</summary>
    public async Task KillAsync(CancellationToken cancellation)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellation);
    }

    /// <summary>SIGTERM, and waits until the process has ended by itself.</summary>
    public async Task TerminateAsync(CancellationToken cancellation)
    {
        using var kill = Process.Start("kill", $"-TERM {_process.Id}");
        await kill.WaitForExitAsync(cancellation);
        await _process.WaitForExitAsync(cancellation);
    }

    public HttpClient CreateClient() =>
        ApiServerFixture.CreateClient(
            Url,
            Token,
            X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_directory, "ca.crt"))
        );

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        _process.Dispose();
    }

#pragma warning disable CA2255 // A library must not do this; this is the program that the tests start.
    [ModuleInitializer]
    internal static void ServeWhereAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } directory)
        {
            return;
        }
        var options = new ApiServerOptions { DataDirectory = directory };
        var server = EmbeddedApiServer.StartAsync(options, CancellationToken.None).GetAwaiter().GetResult();
        Console.WriteLine($"{server.Url} {server.Token}");
        // Until the test kills this process, or dies itself and closes the pipe.
        Console.In.ReadToEnd();
        Environment.Exit(0);
    }
#pragma warning restore CA2255
}
