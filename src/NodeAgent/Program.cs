using System.Runtime.InteropServices;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.NodeAgent.Hosting;
using LlmOperator.NodeAgent.Store;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (args is ["--help" or "-h"])
        {
            Console.WriteLine(AgentEnvironment.Help);
            return 0;
        }

        if (args.Length > 0)
        {
            await Console.Error.WriteLineAsync($"llm-node-agent: unknown argument {args[0]}; see --help.");
            return 2;
        }

        try
        {
            return await RunAsync();
        }
        catch (Exception e)
            when (e
                    is ArgumentException
                        or FormatException
                        or KubeconfigException
                        or IOException
                        or StoreException
            )
        {
            await Console.Error.WriteLineAsync($"llm-node-agent: {e.Message}");
            return 1;
        }
    }

    private static async Task<int> RunAsync()
    {
        using ILoggerFactory loggers = LoggerFactory.Create(l =>
            l.AddSimpleConsole(c => c.SingleLine = true)
                .AddConsole(c => c.LogToStandardErrorThreshold = LogLevel.Trace)
        );
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        await using NodeAgentHost host = NodeAgentHost.Create(
            AgentEnvironment.Read(Environment.GetEnvironmentVariable),
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
        if (host.Completion.Exception?.InnerException is not { } failure)
        {
            return 0;
        }

        await Console.Error.WriteLineAsync($"llm-node-agent: {failure.Message}");
        return 1;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }
}
