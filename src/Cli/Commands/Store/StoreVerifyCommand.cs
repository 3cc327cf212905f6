using System.CommandLine;
using System.Text.Json.Nodes;
using LlmOperator.Cli.Output;
using LlmOperator.Cli.Stores;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.Cli.Commands.Store;

/// <summary><c>llmop store verify</c>.</summary>
internal static class StoreVerifyCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(StoreOptions options)
    {
        Command command = new(
            "verify",
            "Hashes everything that is stored again; exit code 1 when something is damaged"
        );
        Option<bool> repair = new("--repair")
        {
            Description = "Move what is damaged aside, so that it is pulled again; the agent must not run",
        };
        Option<string> output = StoreOptions.Output();
        command.Options.Add(repair);
        command.Options.Add(output);
        options.AddTo(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                IReadOnlyList<VerifiedFile> files = await StoreVerifier.RunAsync(
                    options.Read(result).Folder,
                    result.GetValue(repair),
                    new VerifyLine(Console.Error, isTerminal: !Console.IsErrorRedirected),
                    cancellationToken
                );
                Console.Out.Write(
                    result.GetValue(output) == "json"
                        ? JsonText.Indented(Json(files)) + Environment.NewLine
                        : StoreReport.Verified(files)
                );
                return files.Any(file => file.Problem is not null) ? 1 : 0;
            }
        );
        return command;
    }

    private static JsonArray Json(IEnumerable<VerifiedFile> files) =>
        [
            .. files.Select(file => new JsonObject
            {
                ["digest"] = file.Digest,
                ["sizeBytes"] = file.SizeBytes,
                ["problem"] = file.Problem,
                ["movedTo"] = file.MovedTo,
            }),
        ];
}
