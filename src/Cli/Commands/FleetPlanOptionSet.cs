using System.CommandLine;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Cli.Applying;
using LlmOperator.Cli.Connection;
using LlmOperator.Cli.Planning;
using LlmOperator.Kubernetes.Serialization;
using LlmOperator.Operator.Planning;

namespace LlmOperator.Cli.Commands;

/// <summary>Options of <c>llmop plan -f FILES</c>, and what it does.</summary>
internal sealed class FleetPlanOptionSet(CommonOptions common)
{
    private readonly Option<string[]> _nodes = new("--node")
    {
        Description =
            "Node to invent: NAME=gpu:24GiB,gpu:24GiB,ram:64GiB; may be repeated; no server is asked then",
        HelpName = "NODE",
    };

    private readonly Option<string?> _gpuMemory = new("--gpu-memory")
    {
        Description = "Invents one node with one such GPU and 64 GiB of RAM",
        HelpName = "SIZE",
    };

    private readonly Option<string?> _rate = new("--rate")
    {
        Description = "Bytes a second of a download, for the minutes; default: 100MiB",
        HelpName = "SIZE",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(common.Files);
        command.Options.Add(_nodes);
        command.Options.Add(_gpuMemory);
        command.Options.Add(_rate);
        command.Options.Add(common.Kubeconfig);
        command.Options.Add(common.DataDirectory);
        command.Options.Add(common.Namespace);
    }

    /// <summary>Plans and prints.</summary>
    /// <param name="result">Command line.</param>
    /// <param name="settings">What of the models is planned otherwise.</param>
    /// <param name="isJson">Whether JSON is wanted.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<int> RunAsync(
        ParseResult result,
        FleetPlanSettings settings,
        bool isJson,
        CancellationToken cancellationToken
    )
    {
        string[] files = result.GetValue(common.Files) ?? [];
        IReadOnlyList<Manifest> manifests =
            files.Length == 0 ? [] : await ManifestReader.ReadAsync(files, Console.In, cancellationToken);
        string? rate = result.GetValue(_rate);
        settings = settings with
        {
            BytesPerSecond = rate is null ? settings.BytesPerSecond : InventedNode.Bytes("--rate", rate),
        };
        List<LlmNode> invented = Invented(result);
        using ClusterConnection? connection =
            invented.Count > 0
                ? null
                : ClusterConnection.Open(
                    new ConnectionOptions(
                        result.GetValue(common.Kubeconfig),
                        Context: null,
                        result.GetValue(common.DataDirectory),
                        result.GetValue(common.Namespace)
                    )
                );
        FleetObjects present = connection is null
            ? new FleetObjects { Nodes = invented }
            : await FleetReader.ReadAsync(connection, cancellationToken);
        string ns = connection?.Namespace ?? result.GetValue(common.Namespace) ?? "default";
        FleetObjects objects = FleetReader.With(present, manifests, ns);
        objects = objects with { Models = [.. objects.Models.Select(settings.Apply)] };
        FleetPreview preview = await FleetPreviews.OfAsync(objects, connection?.Client, cancellationToken);
        await Console.Out.WriteAsync(
            isJson
                ? KubernetesJson.ToText(preview) + "\n"
                : FleetPlanReport.Write(preview, settings.BytesPerSecond)
        );
        return 0;
    }

    private List<LlmNode> Invented(ParseResult result)
    {
        List<LlmNode> nodes = [.. (result.GetValue(_nodes) ?? []).Select(InventedNode.Parse)];
        if (result.GetValue(_gpuMemory) is { } memory)
        {
            nodes.Add(InventedNode.Parse($"node=gpu:{memory},ram:64GiB"));
        }

        return nodes.Select(n => n.Metadata.Name).Distinct(StringComparer.Ordinal).Count() == nodes.Count
            ? nodes
            : throw new CliException("Two nodes have the same name; give each --node its own.", exitCode: 2);
    }
}
