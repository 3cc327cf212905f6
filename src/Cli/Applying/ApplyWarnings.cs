using LlmOperator.Api.V1Alpha1;
using LlmOperator.Cli.Planning;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Operator.Planning;

namespace LlmOperator.Cli.Applying;

/// <summary>What a server takes and the operator will refuse: told at once, and not only in a status.</summary>
internal static class ApplyWarnings
{
    /// <summary>The catalogs of a server; none where they cannot be read: the status will tell.</summary>
    public static async Task<IReadOnlyList<ModelCatalog>> CatalogsAsync(
        IKubernetesClient client,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return (await client.ListAsync<ModelCatalog>(new ListOptions(), cancellationToken)).Items;
        }
        catch (KubernetesApiException)
        {
            return [];
        }
    }

    /// <summary>A sentence for each model that no catalog lets pass.</summary>
    /// <param name="manifests">What was applied; its catalogs take the place of those of the server.</param>
    /// <param name="catalogs">Catalogs of the server.</param>
    /// <param name="defaultNamespace">Namespace of documents that name none.</param>
    public static IReadOnlyList<string> Of(
        IReadOnlyList<Manifest> manifests,
        IReadOnlyList<ModelCatalog> catalogs,
        string defaultNamespace
    )
    {
        FleetObjects objects = FleetReader.With(
            new FleetObjects { Catalogs = catalogs },
            [.. manifests.Where(m => m.Kind is "LlmModel" or "ModelCatalog")],
            defaultNamespace
        );
        return
        [
            .. objects
                .Models.Select(model =>
                    (model.Metadata.Name, Verdict: CatalogVerdict.Of(model.Spec, objects.Catalogs))
                )
                .Where(model => model.Verdict is not null)
                .Select(model => $"LlmModel {model.Name} will not be accepted: {model.Verdict}"),
        ];
    }
}
