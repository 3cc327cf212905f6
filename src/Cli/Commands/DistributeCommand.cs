using System.CommandLine;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Cli.Commands.Store;
using LlmOperator.Cli.Connection;
using LlmOperator.Cli.Distribution;
using LlmOperator.Cli.Output;

namespace LlmOperator.Cli.Commands;

/// <summary><c>llmop distribute</c> and <c>llmop pull</c>: models onto nodes by hand, declared as any other.</summary>
internal static class DistributeCommand
{
    private const int Interrupted = 130;

    /// <summary>Builds <c>llmop distribute</c>.</summary>
    public static Command Create(CommonOptions common) =>
        Create(
            common,
            new Command(
                "distribute",
                "Stores a model on nodes without loading it, and shows how far each is"
            ),
            waits: false
        );

    /// <summary>Builds <c>llmop pull</c>: the same, on every node unless told otherwise, and it waits.</summary>
    public static Command CreatePull(CommonOptions common) =>
        Create(
            common,
            new Command("pull", "Stores a model on the nodes, and waits until it is there"),
            waits: true
        );

    private static Command Create(CommonOptions common, Command command, bool waits)
    {
        Argument<string> model = new("MODEL")
        {
            Description = $"Name of an LlmModel, or {SourceOptionSet.Sources}",
        };
        Option<string[]> nodes = new("--node")
        {
            Description = "Node that shall store it; may be repeated; default: every node",
            HelpName = "NAME",
        };
        Option<bool> wait = new("--wait", "-w")
        {
            Description = "Show progress until every node is done or has failed",
        };
        Option<string> output = StoreOptions.Output();
        command.Arguments.Add(model);
        command.Options.Add(nodes);
        command.Options.Add(output);
        common.AddConnectionTo(command);
        if (!waits)
        {
            command.Options.Add(wait);
        }

        command.SetAction(
            async (result, cancellationToken) =>
            {
                using ClusterConnection connection = ClusterConnection.Open(common.ReadConnection(result));
                Distributor distributor = new(connection, TimeProvider.System);
                bool isJson = result.GetValue(output) == "json";
                LlmModel started = await distributor.StartAsync(
                    result.GetRequiredValue(model),
                    result.GetValue(nodes) ?? [],
                    cancellationToken
                );
                return await FollowAsync(
                    distributor,
                    started,
                    waits || result.GetValue(wait),
                    isJson,
                    cancellationToken
                );
            }
        );
        return command;
    }

    private static async Task<int> FollowAsync(
        Distributor distributor,
        LlmModel model,
        bool waits,
        bool isJson,
        CancellationToken cancellationToken
    )
    {
        DistributionView? view = isJson ? null : new(Console.Out, isTerminal: !Console.IsOutputRedirected);
        IReadOnlyList<NodeProgress> nodes;
        try
        {
            nodes = waits
                ? await distributor.WaitAsync(model, view, cancellationToken)
                : await distributor.LookAsync(model, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync(
                $"The pulls go on; the same command shows them again, and llmop delete llmmodel {model.Metadata.Name} ends them."
            );
            return Interrupted;
        }

        if (isJson)
        {
            Console.Out.WriteLine(JsonText.Indented(DistributionReport.Json(model, nodes)));
        }
        else if (!waits)
        {
            Console.Out.Write(DistributionReport.Table(nodes));
            Console.Out.WriteLine(
                $"Declared as LlmModel {model.Metadata.Namespace}/{model.Metadata.Name}; --wait shows progress, llmop delete llmmodel {model.Metadata.Name} lets the nodes forget it."
            );
        }

        return nodes.Any(node => node.State == NodeProgressState.Failed) ? 1 : 0;
    }
}
