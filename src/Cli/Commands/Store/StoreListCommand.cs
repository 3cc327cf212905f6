using System.CommandLine;
using System.Text.Json.Nodes;
using LlmOperator.Cli.Output;
using LlmOperator.Cli.Stores;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.Cli.Commands.Store;

/// <summary><c>llmop store ls</c>.</summary>
internal static class StoreListCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(StoreOptions options)
    {
        Command command = new(
            "ls",
            "Shows what is stored, how large it is, when it was used and who needs it"
        );
        Option<string> output = StoreOptions.Output();
        command.Options.Add(output);
        options.AddTo(command);
        command.SetAction(result =>
        {
            StoreContents contents = StoreReader.Read(options.Read(result).Folder);
            if (result.GetValue(output) == "json")
            {
                JsonObject document = new()
                {
                    ["folder"] = contents.Folder,
                    ["sizeBytes"] = contents.SizeBytes,
                    ["files"] = StoreReport.Json(contents.Items),
                };
                Console.Out.WriteLine(JsonText.Indented(document));
            }
            else
            {
                Console.Out.Write(StoreReport.Table(contents));
            }

            return 0;
        });
        return command;
    }
}
