using System.CommandLine;
using LlmOperator.Cli.Planning;
using LlmOperator.Models.Memory;

namespace LlmOperator.Cli.Commands;

/// <summary><c>llmop plan FILE.gguf</c>: what one file needs on each device, with no node involved.</summary>
internal static class PlanCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Argument<string> file = new("FILE")
        {
            Description = "Model file (GGUF), or the first part of a split one",
        };
        Option<string> output = new("--output", "-o")
        {
            Description = "table or json",
            DefaultValueFactory = _ => "table",
        };
        output.AcceptOnlyFromAmong("table", "json");
        FilePlanOptionSet options = new();
        Command command = new("plan", "Shows the memory that a model file needs, by device and term")
        {
            file,
            output,
        };
        options.AddTo(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                FilePlanRequest request = options.Read(result, result.GetRequiredValue(file));
                MemoryPlan plan = await FilePlanner.PlanAsync(request, cancellationToken);
                string text =
                    result.GetValue(output) == "json"
                        ? FilePlanReport.Json(request, plan)
                        : FilePlanReport.Text(plan);
                await Console.Out.WriteAsync(text);
                return 0;
            }
        );
        return command;
    }
}
