using System.CommandLine;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Cli.Connection;
using LlmOperator.Cli.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Cli.Commands;

/// <summary><c>llmop status</c>.</summary>
internal static class StatusCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(CommonOptions common)
    {
        Command command = new("status", "Shows nodes, models and downloads at a glance");
        Option<string> output = new("--output", "-o")
        {
            Description = "text, json or yaml",
            DefaultValueFactory = _ => "text",
        };
        output.AcceptOnlyFromAmong("text", "json", "yaml");
        command.Options.Add(output);
        common.AddConnectionTo(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                using ClusterConnection connection = ClusterConnection.Open(common.ReadConnection(result));
                string? @namespace = result.GetValue(common.Namespace);
                IReadOnlyList<LlmNode> nodes = await ListAsync<LlmNode>(connection, null, cancellationToken);
                IReadOnlyList<LlmModel> models = await ListAsync<LlmModel>(
                    connection,
                    @namespace,
                    cancellationToken
                );
                IReadOnlyList<ModelReplica> replicas = await ListAsync<ModelReplica>(
                    connection,
                    @namespace,
                    cancellationToken
                );
                string text = result.GetValue(output) switch
                {
                    "json" => KubernetesJson.ToText(new StatusDocument(nodes, models, replicas)) + "\n",
                    "yaml" => KubernetesYaml.Write(
                        KubernetesJson.ToNode(new StatusDocument(nodes, models, replicas))
                    ),
                    _ => StatusReport.Write(nodes, models, replicas),
                };
                await Console.Out.WriteAsync(text);
                return 0;
            }
        );
        return command;
    }

    private static async Task<IReadOnlyList<T>> ListAsync<T>(
        ClusterConnection connection,
        string? @namespace,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject
    {
        try
        {
            ListOptions options = new() { Namespace = @namespace };
            return (await connection.Client.ListAsync<T>(options, cancellationToken)).Items;
        }
        catch (KubernetesApiException e) when (e.IsNotFound)
        {
            throw new CliException(
                "The server does not know our kinds: install the custom resource definitions in deploy/crds."
            );
        }
    }

    private sealed record StatusDocument(
        IReadOnlyList<LlmNode> Nodes,
        IReadOnlyList<LlmModel> Models,
        IReadOnlyList<ModelReplica> Replicas
    );
}
