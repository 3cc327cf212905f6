using System.CommandLine;
using LlmOperator.Cli.Inspection;

namespace LlmOperator.Cli.Commands;

/// <summary><c>llmop inspect FILE|SOURCE</c>: what a model is, from its header alone.</summary>
internal static class InspectCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Argument<string> source = new("FILE|SOURCE")
        {
            Description =
                $"A GGUF file (a model, the first part of a split one, a projector, an adapter), or {SourceOptionSet.Sources}",
        };
        Option<string> output = new("--output", "-o")
        {
            Description = "text or json",
            DefaultValueFactory = _ => "text",
        };
        output.AcceptOnlyFromAmong("text", "json");
        SourceOptionSet sources = new();
        Command command = new(
            "inspect",
            "Shows what a model is: architecture, tensors by type, context, template. Only the header is read, also of a distant one. Examples: llmop inspect model.gguf; llmop inspect ollama:qwen2.5:0.5b -o json; llmop inspect hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF:Q4_K_M"
        )
        {
            source,
            output,
        };
        sources.AddTo(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                InspectedFile found = await FileInspector.InspectAsync(
                    result.GetValue(source)!,
                    sources.Read(result),
                    sources.ReadCredentials(result),
                    TimeProvider.System,
                    cancellationToken
                );
                await Console.Out.WriteAsync(
                    result.GetValue(output) == "json" ? InspectReport.Json(found) : InspectReport.Text(found)
                );
                return 0;
            }
        );
        return command;
    }
}
