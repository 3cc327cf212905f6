using LlmOperator.Api;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Events;
using LlmOperator.Controllers.Ownership;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Controllers.Reconciling;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Operator.Fleet;
using LlmOperator.Operator.LlmModels.Status;
using LlmOperator.Operator.ModelCatalogs;

namespace LlmOperator.Operator.LlmModels;

/// <summary>
/// Writes the status of one model from what is seen of it: the spec, the inspection, the last plan and the replicas.
/// Deletion needs nothing here: the replicas are owned, and their agents clean up.
/// </summary>
[Rbac<LlmModel>("patch", Subresource = "status")]
internal sealed class LlmModelReconciler(
    ILister<LlmModel> models,
    ILister<ModelReplica> replicas,
    CatalogLister catalogs,
    InspectionBoard inspections,
    PlacementBoard placement,
    IKubernetesClient client,
    IEventRecorder events,
    OperatorOptions options,
    TimeProvider time
) : IReconciler<LlmModel>
{
    private readonly StatusWriter _status = new(client, WellKnown.OperatorFieldManager + "-status");
    private readonly StatusPace _pace = new(time);

    public async Task<ReconcileResult> ReconcileAsync(
        ReconcileRequest request,
        CancellationToken cancellationToken
    )
    {
        if (models.Find(request.Key) is not { IsBeingDeleted: false } model)
        {
            _pace.Forget(request.Key);
            return ReconcileResult.Finished;
        }

        ModelObservation seen = Observe(model);
        LlmModelStatus status = LlmModelStatusBuilder.Build(seen, time.GetUtcNow());
        if (_pace.Wait(model, status) is { Ticks: > 0 } wait)
        {
            return ReconcileResult.After(wait);
        }

        LlmModel written = await _status.WriteAsync<LlmModel, LlmModelSpec, LlmModelStatus>(
            model,
            status,
            cancellationToken
        );
        if (ReferenceEquals(written, model))
        {
            return ReconcileResult.Finished;
        }

        _pace.Wrote(request.Key);
        LlmModelTransitions.Record(events, model, status);
        return ReconcileResult.Finished;
    }

    private ModelObservation Observe(LlmModel model)
    {
        Acceptance acceptance = LlmModelAcceptance.Check(
            model.Spec,
            catalogs.Index,
            options.AllowFileSources
        );
        return new ModelObservation
        {
            Model = model,
            Acceptance = acceptance,
            Inspection = acceptance is Acceptance.Accepted accepted
                ? inspections.Find(model.Key, accepted)
                : null,
            Outcome = placement.Find(model.Key),
            Replicas =
            [
                .. replicas
                    .ByIndex(OperatorIndexes.ReplicasByModel, model.Key.ToString())
                    .Where(r => !r.IsBeingDeleted && OwnerReferences.IsControlledBy(r, model))
                    .OrderBy(r => r.Spec.NodeName, StringComparer.Ordinal),
            ],
        };
    }
}
