using System.Net;
using System.Runtime.InteropServices;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Router.Probing;
using LlmOperator.Telemetry.Prometheus;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Router;

internal static class Program
{
    private const string Help = """
        llm-router: one OpenAI endpoint in front of local models and providers.

          llm-router                                serve
          llm-router probe URL [STATUS [KEY_FILE]]  succeed when a GET answers that status, 200 by default

        Settings come from the environment:
          LLMOP_LISTEN               address:port; default 127.0.0.1:11400
          LLMOP_API_KEYS_FILE        file with one API key a line; required beyond loopback
          LLMOP_METRICS_TOKEN_FILE   file with a token that opens /metrics only; default none
          LLMOP_SERVING_TOKEN_FILE   file with the token that node agents demand
          LLMOP_NAMESPACE            namespace of names without one; default "default"
          KUBECONFIG                 API server; default: the pod's service account, then ~/.kube/config
        """;

    private static async Task<int> Main(string[] args)
    {
        if (args is ["--help" or "-h"])
        {
            Console.WriteLine(Help);
            return 0;
        }

        if (args is ["probe", ..])
        {
            return await ProbeCommand.RunAsync(args[1..], Console.Error);
        }

        if (args.Length > 0)
        {
            await Console.Error.WriteLineAsync($"llm-router: unknown argument {args[0]}; see --help.");
            return 2;
        }

        try
        {
            return await RunAsync();
        }
        catch (Exception e)
            when (e is ArgumentException or KubeconfigException or IOException or FormatException)
        {
            await Console.Error.WriteLineAsync($"llm-router: {e.Message}");
            return 1;
        }
    }

    private static async Task<int> RunAsync()
    {
        RouterOptions options = ReadOptions();
        using ILoggerFactory loggers = LoggerFactory.Create(l =>
            l.AddSimpleConsole(c => c.SingleLine = true)
                .AddConsole(c => c.LogToStandardErrorThreshold = LogLevel.Trace)
        );
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        await using RouterHost host = RouterHost.Create(
            options,
            KubernetesConfiguration.Load(),
            loggers,
            TimeProvider.System
        );
        await host.StartAsync(stop.Token);
        await Task.WhenAny(
            host.Completion,
            Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token)
        );
        await host.StopAsync(CancellationToken.None);
        return host.Completion.IsFaulted ? 1 : 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static RouterOptions ReadOptions()
    {
        RouterOptions defaults = new();
        string? listen = Environment.GetEnvironmentVariable("LLMOP_LISTEN");
        string? keys = Environment.GetEnvironmentVariable("LLMOP_API_KEYS_FILE");
        string? token = Environment.GetEnvironmentVariable("LLMOP_SERVING_TOKEN_FILE");
        return defaults with
        {
            ListenAddress = string.IsNullOrEmpty(listen) ? defaults.ListenAddress : IPEndPoint.Parse(listen),
            ApiKeys = string.IsNullOrEmpty(keys)
                ? []
                : [.. File.ReadLines(keys).Select(l => l.Trim()).Where(l => l.Length > 0)],
            ServingToken = string.IsNullOrEmpty(token) ? null : File.ReadAllText(token).Trim(),
            MetricsToken = MetricsToken.FromFile(
                Environment.GetEnvironmentVariable("LLMOP_METRICS_TOKEN_FILE")
            ),
            DefaultNamespace =
                Environment.GetEnvironmentVariable("LLMOP_NAMESPACE") ?? defaults.DefaultNamespace,
        };
    }
}
