using System.CommandLine;
using LlmOperator.Cli.Connection;
using LlmOperator.Cli.Planning;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Serialization;
using LlmOperator.Operator.Planning;

namespace LlmOperator.Cli.Commands;

/// <summary>
/// <c>llmop explain KIND/NAME</c>: every candidate node with every reason. <c>llmop explain request ID</c>: every candidate
/// target of a request.
/// </summary>
internal static class ExplainCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(CommonOptions common)
    {
        Command command = new(
            "explain",
            "Says why something is as it is: llmop explain llmmodel/demo, llmnode/a, modelreplica/demo-1, request ID"
        );
        Argument<string> subject = new("KIND/NAME")
        {
            Description = "What to explain: an LlmModel, an LlmNode, a ModelReplica, or request",
        };
        Argument<string?> request = new("ID")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "With request: its id, from the response header x-request-id",
        };
        Option<string?> router = new("--router")
        {
            Description =
                "With request: URL of the router; default: LLMOP_ROUTER, else the running `llmop up`",
            HelpName = "URL",
        };
        Option<string> output = new("--output", "-o")
        {
            Description = "text or json",
            DefaultValueFactory = _ => "text",
        };
        output.AcceptOnlyFromAmong("text", "json");
        command.Arguments.Add(subject);
        command.Arguments.Add(request);
        command.Options.Add(router);
        command.Options.Add(output);
        common.AddConnectionTo(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                string[] words = result.GetRequiredValue(subject).Split('/', 2);
                string? id = result.GetValue(request) ?? words.ElementAtOrDefault(1);
                if (words[0] == "request" && !string.IsNullOrEmpty(id))
                {
                    Uri url = RouterAddress.Find(
                        result.GetValue(router),
                        result.GetValue(common.DataDirectory)
                    );
                    bool asJson = result.GetValue(output) == "json";
                    await Console.Out.WriteAsync(
                        await RequestExplanation.AskAsync(url, id, asJson, cancellationToken)
                    );
                    return 0;
                }

                if (words.Length != 2 || words[1].Length == 0)
                {
                    throw new CliException(
                        "Say what to explain, for example llmop explain llmmodel/demo, or llmop explain request ID",
                        exitCode: 2
                    );
                }

                using ClusterConnection connection = ClusterConnection.Open(common.ReadConnection(result));
                FleetObjects objects = await FleetReader.ReadAsync(connection, cancellationToken);
                FleetPreview preview = await FleetPreviews.OfAsync(
                    objects,
                    connection.Client,
                    cancellationToken
                );
                Explanation explanation = Explanation.Of(
                    words[0],
                    new ObjectKey(connection.Namespace, words[1]),
                    objects,
                    preview
                );
                await Console.Out.WriteAsync(
                    result.GetValue(output) == "json"
                        ? KubernetesJson.ToText(explanation) + "\n"
                        : ExplainReport.Write(explanation)
                );
                return 0;
            }
        );
        return command;
    }
}
