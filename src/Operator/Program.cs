using System.Runtime.InteropServices;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Kubernetes.Configuration;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Operator;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (args is ["--help" or "-h"])
        {
            Console.WriteLine(OperatorEnvironment.Help);
            return 0;
        }

        if (args.Length > 0)
        {
            await Console.Error.WriteLineAsync($"llm-operator: unknown argument {args[0]}; see --help.");
            return 2;
        }

        try
        {
            return await RunAsync();
        }
        catch (Exception e) when (e is ArgumentException or KubeconfigException or IOException)
        {
            await Console.Error.WriteLineAsync($"llm-operator: {e.Message}");
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
        await using IHostedPart part = OperatorHost.Create(
            OperatorEnvironment.Read(Environment.GetEnvironmentVariable),
            KubernetesConfiguration.Load(),
            loggers,
            TimeProvider.System
        );
        await part.StartAsync(stop.Token);
        await Task.WhenAny(
            part.Completion,
            Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token)
        );
        await part.StopAsync(CancellationToken.None);
        if (part.Completion.Exception?.InnerException is not { } failure)
        {
            return 0;
        }

        await Console.Error.WriteLineAsync($"llm-operator: {failure.Message}");
        return 1;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }
}
