using LlmOperator.Api;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Api.Validation;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Controllers.Reconciling;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Operator.ModelCatalogs;

/// <summary>Says whether a catalog is sound, and how many models it lists.</summary>
[Rbac<ModelCatalog>("patch", Subresource = "status")]
internal sealed class ModelCatalogReconciler(
    ILister<ModelCatalog> catalogs,
    IKubernetesClient client,
    TimeProvider time
) : IReconciler<ModelCatalog>
{
    private readonly StatusWriter _status = new(client, WellKnown.OperatorFieldManager);

    public async Task<ReconcileResult> ReconcileAsync(
        ReconcileRequest request,
        CancellationToken cancellationToken
    )
    {
        if (catalogs.Find(request.Key) is not { IsBeingDeleted: false } catalog)
        {
            return ReconcileResult.Finished;
        }

        IReadOnlyList<SpecProblem> problems = ModelCatalogValidation.Check(catalog.Spec);
        long generation = catalog.Metadata.Generation;
        DateTimeOffset now = time.GetUtcNow();
        ModelCatalogStatus status = new()
        {
            ObservedGeneration = generation,
            Models = catalog.Spec.Models.Count,
            Conditions = (catalog.Status?.Conditions)
                .Set(
                    RoutingConditions.Ready,
                    problems.Count == 0 ? ConditionStatus.True : ConditionStatus.False,
                    problems.Count == 0 ? RoutingConditions.Resolved : ConditionReason.InvalidSpec,
                    problems.Count == 0
                        ? $"{catalog.Spec.Models.Count} models are listed."
                        : string.Join("; ", problems) + ".",
                    generation,
                    now
                )
                // Only a change of the spec helps.
                .WithProgress(RoutingConditions.Ready, isStalled: true, now),
        };
        await _status.WriteAsync<ModelCatalog, ModelCatalogSpec, ModelCatalogStatus>(
            catalog,
            status,
            cancellationToken
        );
        return ReconcileResult.Finished;
    }
}
