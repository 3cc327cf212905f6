using LlmOperator.Api;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Cli.Connection;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Cli.Distribution;

/// <summary>Says by an object on which nodes a model shall be stored, and looks how far they are.</summary>
internal sealed class Distributor(ClusterConnection connection, TimeProvider time)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    /// <summary>Writes the object. Nodes that it names already stay.</summary>
    /// <param name="text">Name of an LlmModel, or a source.</param>
    /// <param name="nodes">Nodes; none for every node.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<LlmModel> StartAsync(
        string text,
        IReadOnlyList<string> nodes,
        CancellationToken cancellationToken
    )
    {
        string space = connection.Namespace;
        LlmModel? model = IsName(text)
            ? await connection.Client.FindAsync<LlmModel>(new ObjectKey(space, text), cancellationToken)
                ?? throw new CliException(
                    $"There is no LlmModel {text} in namespace {space}; name one, or a source such as ollama:{text}."
                )
            : null;
        if (model?.Spec.Loading.Mode == LoadingMode.StoreOnly)
        {
            return model;
        }

        string name = DistributionModels.NameOf(text);
        LlmModel? present = await connection.Client.FindAsync<LlmModel>(
            new ObjectKey(space, name),
            cancellationToken
        );
        IEnumerable<string> before =
            present is null ? nodes
            : nodes.Count == 0 || present.Spec.Placement.Nodes is null ? []
            : nodes.Union(present.Spec.Placement.Nodes, StringComparer.Ordinal);
        return await connection.Client.ApplyAsync(
            DistributionModels.Of(
                name,
                space,
                model is null ? DistributionModels.Parse(text) : DistributionModels.SourceOf(model),
                [.. before]
            ),
            new ApplyOptions { FieldManager = WellKnown.CliFieldManager, Force = true },
            cancellationToken
        );
    }

    /// <summary>How far the nodes are.</summary>
    public async Task<IReadOnlyList<NodeProgress>> LookAsync(
        LlmModel model,
        CancellationToken cancellationToken
    )
    {
        LlmModel present = await connection.Client.GetAsync<LlmModel>(model.Key, cancellationToken);
        KubernetesList<LlmNode> nodes = await connection.Client.ListAsync<LlmNode>(
            new ListOptions(),
            cancellationToken
        );
        KubernetesList<ModelReplica> replicas = await connection.Client.ListAsync<ModelReplica>(
            new ListOptions
            {
                Namespace = model.Metadata.Namespace,
                LabelSelector = $"{WellKnown.ModelLabel}={model.Metadata.Name}",
            },
            cancellationToken
        );
        return DistributionProgress.Of(present, nodes.Items, replicas.Items);
    }

    /// <summary>Shows the nodes until each is done or has failed.</summary>
    public async Task<IReadOnlyList<NodeProgress>> WaitAsync(
        LlmModel model,
        DistributionView? view,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            IReadOnlyList<NodeProgress> nodes = await LookAsync(model, cancellationToken);
            view?.Show(nodes);
            if (nodes.Count > 0 && nodes.All(node => node.HasEnded))
            {
                return nodes;
            }

            await Task.Delay(s_interval, time, cancellationToken);
        }
    }

    private static bool IsName(string text) =>
        text.Length > 0
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.');
}
