using System.CommandLine;

namespace LlmOperator.Cli.Commands.Store;

/// <summary><c>llmop store</c>: the models on this machine's disk.</summary>
internal static class StoreCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(CommonOptions common)
    {
        StoreOptions options = new(common);
        return new Command(
            "store",
            "Shows, verifies, frees, imports and exports the models on this machine's disk"
        )
        {
            StoreListCommand.Create(options),
            StoreVerifyCommand.Create(options),
            StorePruneCommand.Create(options),
            StoreImportCommand.Create(options),
            StoreExportCommand.Create(options),
            StoreRemoveCommand.Create(options),
            StoreKeygenCommand.Create(),
        };
    }
}
