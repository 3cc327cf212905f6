using System.CommandLine;
using LlmOperator.Cli.Connection;
using LlmOperator.Cli.Quickstart;
using LlmOperator.Cli.Up;
using Spectre.Console;

namespace LlmOperator.Cli.Commands;

/// <summary><c>llmop quickstart</c>.</summary>
internal static class QuickstartCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Command command = new(
            "quickstart",
            "Runs everything once with the demo model, asks it a question, and cleans up"
        );
        Option<bool> keep = new("--keep") { Description = "Stay up afterwards, until Ctrl-C" };
        command.Options.Add(keep);
        command.SetAction((result, cancellationToken) => RunAsync(result.GetValue(keep), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(bool keep, CancellationToken cancellationToken)
    {
        TimeProvider timeProvider = TimeProvider.System;
        long start = timeProvider.GetTimestamp();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("llmop-quickstart-");
        try
        {
            await using DemoRegistry registry = await DemoRegistry.StartAsync(
                folder.FullName,
                cancellationToken
            );
            UpOptions options = new()
            {
                Data = new DataDirectory(Path.Combine(folder.FullName, "data")),
                RouterPort = 0,
                Origins = new OriginOptions { AllowedHosts = [registry.Url.Authority] },
            };
            await using UpHost host = new(options, timeProvider);
            await host.StartAsync(cancellationToken);
            Console.WriteLine(
                $"LlmOperator runs: API server, operator, node agent and router in this process; a registry at {registry.Url} offers the demo model.\n"
            );
            PullBars? bars = Console.IsOutputRedirected
                ? null
                : new PullBars(AnsiConsole.Console, timeProvider);
            QuickstartStory story = new(host, registry.Url, Console.Out, bars, timeProvider);
            await story.TellAsync(cancellationToken);
            Console.WriteLine(NextSteps.Text);
            Console.WriteLine($"\nDone in {timeProvider.GetElapsedTime(start).TotalSeconds:0.0} s.");
            if (keep)
            {
                Console.WriteLine(UpBanner.Write(options, host));
                await host.RunAsync(new StateLines(Console.Out), cancellationToken);
            }

            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
