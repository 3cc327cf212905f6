using System.CommandLine;
using LlmOperator.Cli.Connection;
using LlmOperator.Cli.Planning;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Serialization;
using LlmOperator.Operator.Planning;

namespace LlmOperator.Cli.Commands;

/// <summary><c>llmop explain KIND/NAME</c>: every candidate node with every reason.</summary>
internal static class ExplainCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(CommonOptions common)
    {
        Command command = new(
            "explain",
            "Says why something is as it is: llmop explain llmmodel/demo, llmnode/a, modelreplica/demo-1"
        );
        Argument<string> subject = new("KIND/NAME")
        {
            Description = "What to explain: an LlmModel, an LlmNode or a ModelReplica",
        };
        Option<string> output = new("--output", "-o")
        {
            Description = "text or json",
            DefaultValueFactory = _ => "text",
        };
        output.AcceptOnlyFromAmong("text", "json");
        command.Arguments.Add(subject);
        command.Options.Add(output);
        common.AddConnectionTo(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                string[] words = result.GetRequiredValue(subject).Split('/', 2);
                if (words.Length != 2 || words[1].Length == 0)
                {
                    throw new CliException(
                        "Say what to explain, for example llmop explain llmmodel/demo",
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
