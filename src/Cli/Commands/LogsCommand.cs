using System.CommandLine;
using LlmOperator.Cli.Connection;
using LlmOperator.Cli.Logs;

namespace LlmOperator.Cli.Commands;

/// <summary><c>llmop logs</c>.</summary>
internal static class LogsCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(CommonOptions common)
    {
        Command command = new("logs", "Shows the log of `llmop up`, or of the engines of a model");
        Argument<string?> name = new("MODEL")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "Model or replica whose engine log is wanted; default: the log of all parts",
        };
        Option<int> tail = new("--tail")
        {
            Description = "Number of last lines",
            HelpName = "N",
            DefaultValueFactory = _ => 100,
        };
        Option<bool> follow = new("--follow", "-f") { Description = "Go on with new lines until Ctrl-C" };
        command.Arguments.Add(name);
        command.Options.Add(tail);
        command.Options.Add(follow);
        command.Options.Add(common.DataDirectory);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                DataDirectory data = DataDirectory.Resolve(result.GetValue(common.DataDirectory));
                IReadOnlyList<LogFile> files = LogFiles.Find(data, result.GetValue(name));
                LogPrinter printer = new(Console.Out, TimeProvider.System);
                await printer.PrintAsync(
                    files,
                    Math.Max(0, result.GetValue(tail)),
                    result.GetValue(follow),
                    cancellationToken
                );
                return 0;
            }
        );
        return command;
    }
}
