using System.CommandLine;
using LlmOperator.Cli.Planning;
using LlmOperator.Models.Memory;

namespace LlmOperator.Cli.Commands;

/// <summary>
/// <c>llmop plan FILE|SOURCE</c>: what one model needs on each device, with no node involved. <c>llmop plan -f FILES</c>:
/// what manifests would change on a server or on invented nodes. Nothing is written.
/// </summary>
internal static class PlanCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(CommonOptions common)
    {
        Argument<string?> file = new("FILE|SOURCE")
        {
            Description =
                $"Model file (GGUF), or the first part of a split one, or {SourceOptionSet.Sources}; without it the fleet is planned",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string> output = new("--output", "-o")
        {
            Description = "table or json",
            DefaultValueFactory = _ => "table",
        };
        output.AcceptOnlyFromAmong("table", "json");
        FilePlanOptionSet options = new();
        FleetPlanOptionSet fleet = new(common);
        SourceOptionSet sources = new();
        Command command = new(
            "plan",
            "Shows the memory of a model (FILE or SOURCE, of which only the header is read), or what manifests would change (-f FILES); nothing is written"
        )
        {
            file,
            output,
        };
        options.AddTo(command);
        sources.AddTo(command);
        fleet.AddTo(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                bool isJson = result.GetValue(output) == "json";
                if (result.GetValue(file) is not { } path)
                {
                    return await fleet.RunAsync(result, options.ReadFleet(result), isJson, cancellationToken);
                }

                if (result.GetValue(common.Files) is { Length: > 0 })
                {
                    throw new CliException(
                        "Give either a model file or manifests with -f, not both.",
                        exitCode: 2
                    );
                }

                FilePlanRequest request = options.Read(result, path);
                FilePlanner planner = new(
                    sources.Read(result),
                    sources.ReadCredentials(result),
                    TimeProvider.System
                );
                MemoryPlan plan = await planner.PlanAsync(request, cancellationToken);
                string text = isJson ? FilePlanReport.Json(request, plan) : FilePlanReport.Text(plan);
                await Console.Out.WriteAsync(text);
                return 0;
            }
        );
        return command;
    }
}
