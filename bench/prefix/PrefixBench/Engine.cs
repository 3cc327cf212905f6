using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace LlmOperator.PrefixBench;

/// <summary>A llama-server with four slots of the demo model's context.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly Process _process;

    private Engine(Process process, int port)
    {
        _process = process;
        BaseUrl = new Uri($"http://127.0.0.1:{port}");
    }

    public Uri BaseUrl { get; }

    public static async Task<Engine> StartAsync(string server, string model)
    {
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        int port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        ProcessStartInfo start = new(server)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        string[] arguments =
        [
            "--model",
            model,
            "--host",
            "127.0.0.1",
            "--port",
            $"{port}",
            "--ctx-size",
            "8192",
            "--parallel",
            "4",
            "--threads",
            "1",
            "--no-webui",
            // As the agent starts it: prompts are kept in slots and nowhere else.
            "--cache-ram",
            "0",
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start)!;
        process.ErrorDataReceived += static (_, _) => { };
        process.OutputDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        Engine engine = new(process, port);
        using HttpClient http = new();
        for (int i = 0; i < 600; i++)
        {
            try
            {
                using HttpResponseMessage health = await http.GetAsync(
                    new Uri($"http://127.0.0.1:{port}/health")
                );
                if (health.IsSuccessStatusCode)
                {
                    return engine;
                }
            }
            catch (HttpRequestException)
            {
                // Not there yet.
            }

            await Task.Delay(200);
        }

        throw new InvalidOperationException("The engine did not start within two minutes.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
