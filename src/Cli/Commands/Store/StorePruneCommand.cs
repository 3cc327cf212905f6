using System.CommandLine;
using System.Text.Json.Nodes;
using LlmOperator.Cli.Output;
using LlmOperator.Cli.Stores;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.Cli.Commands.Store;

/// <summary><c>llmop store prune</c>.</summary>
internal static class StorePruneCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(StoreOptions options)
    {
        Command command = new(
            "prune",
            "Deletes what no replica and no import needs, the longest unused first; never what an engine has open"
        );
        Option<string?> free = new("--free")
        {
            Description = "Stop when this much is freed, for example 20Gi; default: all that may go",
            HelpName = "BYTES",
        };
        Option<bool> dryRun = new("--dry-run") { Description = "Say what would go, and delete nothing" };
        Option<string> output = StoreOptions.Output();
        command.Options.Add(free);
        command.Options.Add(dryRun);
        command.Options.Add(output);
        options.AddTo(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                StoreLocation location = options.Read(result);
                long? bytes = ReadBytes(result.GetValue(free));
                bool isTrial = result.GetValue(dryRun);
                IReadOnlyList<StoreItem> items = isTrial
                    ? StorePruner.Preview(location.Folder, bytes)
                    : await PruneAsync(location, bytes, cancellationToken);
                Console.Out.Write(
                    result.GetValue(output) == "json"
                        ? JsonText.Indented(Json(items, isTrial)) + Environment.NewLine
                        : StoreReport.Pruned(items, isTrial)
                );
                return 0;
            }
        );
        return command;
    }

    private static async Task<IReadOnlyList<StoreItem>> PruneAsync(
        StoreLocation location,
        long? bytes,
        CancellationToken cancellationToken
    )
    {
        using RunningAgent? agent = await RunningAgent.FindAsync(location, cancellationToken);
        return agent is null
            ? StorePruner.Prune(location.Folder, bytes, TimeProvider.System)
            : await agent.PruneAsync(bytes, cancellationToken);
    }

    private static JsonObject Json(IReadOnlyList<StoreItem> items, bool isTrial) =>
        new()
        {
            ["dryRun"] = isTrial,
            ["freedBytes"] = items.Sum(item => item.SizeBytes),
            ["files"] = StoreReport.Json(items),
        };

    private static long? ReadBytes(string? text) =>
        text is null ? null
        : Quantity.TryParse(text, out Quantity quantity) && quantity.Bytes > 0 ? quantity.Bytes
        : throw new CliException($"--free {text} is no number of bytes; write it like 20Gi.", exitCode: 2);
}
