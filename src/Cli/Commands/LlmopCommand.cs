using System.CommandLine;
using LlmOperator.Cli.Commands.Store;

namespace LlmOperator.Cli.Commands;

/// <summary>The whole command line.</summary>
internal static class LlmopCommand
{
    /// <summary>Builds it.</summary>
    public static RootCommand Create()
    {
        CommonOptions common = new();
        return new RootCommand("LlmOperator: language models on your own machines, declared in YAML.")
        {
            QuickstartCommand.Create(),
            UpCommand.Create(common),
            ApplyCommand.Create(common),
            DeleteCommand.Create(common),
            GetCommand.Create(common),
            StatusCommand.Create(common),
            ChatCommand.Create(common),
            LogsCommand.Create(common),
            InspectCommand.Create(),
            PlanCommand.Create(common),
            ExplainCommand.Create(common),
            RegistryCommand.Create(common),
            StoreCommand.Create(common),
            DistributeCommand.Create(common),
            DistributeCommand.CreatePull(common),
            KeyCommand.Create(common),
        };
    }
}
