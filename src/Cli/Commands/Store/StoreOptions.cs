using System.CommandLine;
using LlmOperator.Cli.Stores;

namespace LlmOperator.Cli.Commands.Store;

/// <summary>Options by which the commands of <c>llmop store</c> find their store.</summary>
internal sealed class StoreOptions(CommonOptions common)
{
    private readonly Option<string> _node = new("--node")
    {
        Description = "Node of `llmop up` whose store is meant",
        HelpName = "NAME",
        DefaultValueFactory = _ => StoreLocation.DefaultNode,
    };

    private readonly Option<string?> _dataDirectory = new("--data-dir")
    {
        Description =
            "Data folder of `llmop up` or of an agent, or a store itself; default: LLMOP_DATA_DIR, else ~/.local/share/llmop",
        HelpName = "DIR",
    };

    /// <summary>Options that several commands share.</summary>
    public CommonOptions Common { get; } = common;

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_dataDirectory);
        command.Options.Add(_node);
    }

    /// <summary>Reads what <see cref="AddTo"/> added.</summary>
    public StoreLocation Read(ParseResult result) =>
        StoreLocation.Find(result.GetValue(_dataDirectory), result.GetRequiredValue(_node));

    /// <summary><c>-o text|json</c>, a new one for each command.</summary>
    public static Option<string> Output()
    {
        Option<string> output = new("--output", "-o")
        {
            Description = "text or json",
            DefaultValueFactory = _ => "text",
        };
        output.AcceptOnlyFromAmong("text", "json");
        return output;
    }
}
