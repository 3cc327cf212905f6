using System.Runtime.InteropServices;
using LlmOperator.Controllers.Hosting.Logging;
using LlmOperator.Kubernetes.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Controllers.Hosting;

/// <summary>
/// The program around one part: <c>--help</c>, settings from the environment, logs to standard error, an orderly stop on
/// SIGTERM and Ctrl-C, faults in one sentence.
/// </summary>
/// <param name="name">Name for messages, for example <c>llm-operator</c>.</param>
/// <param name="help">What <c>--help</c> prints.</param>
/// <param name="create">Makes the part from the environment.</param>
/// <param name="isKnownFault">Further faults whose message says all; null for none.</param>
public sealed class PartProgram(
    string name,
    string help,
    Func<KubernetesConfiguration, ILoggerFactory, IHostedPart> create,
    Func<Exception, bool>? isKnownFault = null
)
{
    private const int WrongUsage = 2;

    /// <summary>Runs until a signal or a fault ends it.</summary>
    /// <returns>Exit code: 0 after an orderly stop, 1 after a fault, 2 for wrong arguments.</returns>
    public async Task<int> RunAsync(string[] args)
    {
        if (args is ["--help" or "-h"])
        {
            Console.WriteLine(help);
            return 0;
        }

        if (args.Length > 0)
        {
            await Console.Error.WriteLineAsync($"{name}: unknown argument {args[0]}; see --help.");
            return WrongUsage;
        }

        try
        {
            return await RunAsync();
        }
        catch (Exception e)
            when (e is ArgumentException or FormatException or KubeconfigException or IOException
                || isKnownFault?.Invoke(e) == true
            )
        {
            await Console.Error.WriteLineAsync($"{name}: {e.Message}");
            return 1;
        }
    }

    private async Task<int> RunAsync()
    {
        using ILoggerFactory loggers = LoggerFactory.Create(l =>
            // A line for each request, and several for each probe, would hide what the parts themselves say.
            l.AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
                // Its activities are read by nobody (a trace is made by who wants one), and cost each request some.
                .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)
                // Made by the container, which ends it: what it has gathered is written then.
                .Services.AddSingleton<ILoggerProvider>(_ => new LineLoggerProvider(
                    Console.OpenStandardError(),
                    TimeProvider.System
                ))
        );
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        await using IHostedPart part = create(KubernetesConfiguration.Load(), loggers);
        await part.StartAsync(stop.Token);
        Task stopped = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token);
        await Task.WhenAny(part.Completion, stopped);
        await part.StopAsync(CancellationToken.None);
        if (part.Completion.Exception?.InnerException is not { } failure)
        {
            return 0;
        }

        await Console.Error.WriteLineAsync($"{name}: {failure.Message}");
        return 1;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }
}
