using System.Text.Json.Nodes;
using LlmOperator.Api;
using LlmOperator.Api.Schema;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Cli.Up;

/// <summary>What must exist before the parts start: our kinds, our namespace, and no nodes of an earlier run.</summary>
internal static class UpObjects
{
    private static readonly ApplyOptions s_apply = new()
    {
        FieldManager = WellKnown.CliFieldManager,
        Force = true,
    };

    /// <summary>Installs it.</summary>
    public static async Task InstallAsync(
        IKubernetesClient client,
        IReadOnlyList<string> nodes,
        CancellationToken cancellationToken
    )
    {
        foreach (JsonObject crd in CrdManifests.All)
        {
            await client.ApplyAsync(
                KubernetesJson.Read<CustomResourceDefinition>(crd),
                s_apply,
                cancellationToken
            );
        }

        Namespace system = new() { Metadata = new ObjectMeta { Name = WellKnown.SystemNamespace } };
        await client.ApplyAsync(system, s_apply, cancellationToken);

        // A node of an earlier run that had more of them would be waited for; its replicas go with it.
        KubernetesList<LlmNode> known = await client.ListAsync<LlmNode>(new ListOptions(), cancellationToken);
        foreach (LlmNode node in known.Items.Where(n => !nodes.Contains(n.Metadata.Name)))
        {
            await client.DeleteAsync<LlmNode>(
                node.Key,
                new DeleteOptions { PreconditionUid = node.Metadata.Uid },
                cancellationToken
            );
        }
    }
}
