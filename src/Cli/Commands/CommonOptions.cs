using System.CommandLine;
using LlmOperator.Cli.Connection;

namespace LlmOperator.Cli.Commands;

/// <summary>Options that several commands share, declared once.</summary>
internal sealed class CommonOptions
{
    /// <summary><c>--kubeconfig</c>.</summary>
    public Option<string?> Kubeconfig { get; } =
        new("--kubeconfig")
        {
            Description =
                "Kubeconfig of the API server; default: the running `llmop up`, then KUBECONFIG, then ~/.kube/config",
            HelpName = "FILE",
        };

    /// <summary><c>--context</c>.</summary>
    public Option<string?> Context { get; } =
        new("--context")
        {
            Description = "Context of the kubeconfig; default: its current one",
            HelpName = "NAME",
        };

    /// <summary><c>--data-dir</c>.</summary>
    public Option<string?> DataDirectory { get; } =
        new("--data-dir")
        {
            Description = "Data folder of `llmop up`; default: LLMOP_DATA_DIR, else ~/.local/share/llmop",
            HelpName = "DIR",
        };

    /// <summary><c>-n</c>.</summary>
    public Option<string?> Namespace { get; } =
        new("--namespace", "-n")
        {
            Description = "Namespace; default: that of the context",
            HelpName = "NAME",
        };

    /// <summary><c>-f</c>.</summary>
    public Option<string[]> Files { get; } =
        new("--filename", "-f")
        {
            Description = "Manifest file, folder, or - for standard input; may be repeated",
            HelpName = "FILE",
        };

    /// <summary>Adds the options by which a command finds its API server.</summary>
    public void AddConnectionTo(Command command)
    {
        command.Options.Add(Kubeconfig);
        command.Options.Add(Context);
        command.Options.Add(DataDirectory);
        command.Options.Add(Namespace);
    }

    /// <summary>Reads what <see cref="AddConnectionTo"/> added.</summary>
    public ConnectionOptions ReadConnection(ParseResult result) =>
        new(
            result.GetValue(Kubeconfig),
            result.GetValue(Context),
            result.GetValue(DataDirectory),
            result.GetValue(Namespace)
        );
}
