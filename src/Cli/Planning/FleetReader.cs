using System.Text.Json;
using LlmOperator.Api;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Cli.Applying;
using LlmOperator.Cli.Connection;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Serialization;
using LlmOperator.Operator.Planning;

namespace LlmOperator.Cli.Planning;

/// <summary>Gathers the objects that a plan is made of: those of a server, and those of files as if they were applied.</summary>
internal static class FleetReader
{
    /// <summary>All objects of a server.</summary>
    public static async Task<FleetObjects> ReadAsync(
        ClusterConnection connection,
        CancellationToken cancellationToken
    ) =>
        new()
        {
            Models = await ListAsync<LlmModel>(connection, cancellationToken),
            Nodes = await ListAsync<LlmNode>(connection, cancellationToken),
            Replicas = await ListAsync<ModelReplica>(connection, cancellationToken),
            Catalogs = await ListAsync<ModelCatalog>(connection, cancellationToken),
        };

    /// <summary>The objects with those of manifests in the place of, or beside, the present ones.</summary>
    /// <exception cref="CliException">A document has another shape than its kind.</exception>
    public static FleetObjects With(
        FleetObjects present,
        IReadOnlyList<Manifest> manifests,
        string defaultNamespace
    )
    {
        List<LlmModel> models = [.. present.Models];
        List<LlmNode> nodes = [.. present.Nodes];
        List<ModelCatalog> catalogs = [.. present.Catalogs];
        foreach (
            Manifest manifest in manifests.Where(m =>
                m.ApiVersion == $"{WellKnown.Group}/{WellKnown.Version}"
            )
        )
        {
            switch (manifest.Kind)
            {
                case "LlmModel":
                    LlmModel model = Read<LlmModel>(manifest);
                    string ns = model.Metadata.Namespace ?? defaultNamespace;
                    LlmModel placed = model with { Metadata = model.Metadata with { Namespace = ns } };
                    Put(
                        models,
                        placed,
                        (old, now) => now with { Metadata = old.Metadata, Status = old.Status }
                    );
                    break;
                case "LlmNode":
                    Put(nodes, Read<LlmNode>(manifest), (old, now) => old with { Spec = now.Spec });
                    break;
                case "ModelCatalog":
                    Put(catalogs, Read<ModelCatalog>(manifest), (_, now) => now);
                    break;
                default:
                    // Roles, policies and providers place nothing.
                    break;
            }
        }

        return present with
        {
            Models = models,
            Nodes = nodes,
            Catalogs = catalogs,
        };
    }

    private static void Put<T>(List<T> list, T now, Func<T, T, T> merge)
        where T : KubernetesObject
    {
        int index = list.FindIndex(o => o.Key == now.Key);
        if (index < 0)
        {
            list.Add(now);
        }
        else
        {
            list[index] = merge(list[index], now);
        }
    }

    private static T Read<T>(Manifest manifest)
    {
        try
        {
            _ = manifest.Name;
            return KubernetesJson.Read<T>(manifest.Document);
        }
        catch (JsonException e)
        {
            throw new CliException($"{manifest.Origin}: {e.Message}");
        }
    }

    private static async Task<IReadOnlyList<T>> ListAsync<T>(
        ClusterConnection connection,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject
    {
        try
        {
            return (await connection.Client.ListAsync<T>(new ListOptions(), cancellationToken)).Items;
        }
        catch (KubernetesApiException e) when (e.IsNotFound)
        {
            throw new CliException(
                "The server does not know our kinds: install the custom resource definitions in deploy/crds."
            );
        }
    }
}
