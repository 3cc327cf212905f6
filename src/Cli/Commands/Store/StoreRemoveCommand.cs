using System.CommandLine;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.Cli.Commands.Store;

/// <summary><c>llmop store rm</c>.</summary>
internal static class StoreRemoveCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(StoreOptions options)
    {
        Command command = new(
            "rm",
            "Forgets the name of an imported model; its files go when room is needed"
        );
        Argument<string> name = new("NAME") { Description = "Name that llmop store ls shows" };
        command.Arguments.Add(name);
        options.AddTo(command);
        command.SetAction(result =>
        {
            string text = result.GetRequiredValue(name);
            if (!OllamaName.TryParse(text, out OllamaName? parsed))
            {
                throw new CliException($"{text} is no name, for example team/model:tag.", exitCode: 2);
            }

            using ModelStore store = ModelStore.OpenShared(options.Read(result).Folder, TimeProvider.System);
            Console.WriteLine(
                store.RemoveName(parsed)
                    ? $"forgot {parsed}; llmop store prune frees its room now"
                    : throw new CliException($"There is no model {parsed} in the store.")
            );
            return 0;
        });
        return command;
    }
}
