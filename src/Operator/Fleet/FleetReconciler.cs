using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Reconciling;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.ModelCatalogs;
using LlmOperator.Operator.Placement;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Operator.Fleet;

/// <summary>
/// One pass over the fleet: look, plan, write, tell. A pass that would write first looks again at a live list of the
/// replicas, so that bytes are never given twice because a cache was stale; names are deterministic, so that a pass
/// that was cut short is simply continued by the next.
/// </summary>
internal sealed partial class FleetReconciler(
    ILister<LlmModel> models,
    ILister<LlmNode> nodes,
    ILister<ModelReplica> replicas,
    CatalogLister catalogs,
    FleetViews views,
    FleetExecutor executor,
    PlacementBoard board,
    IKubernetesClient client,
    OperatorTriggers triggers,
    TimeProvider time,
    ILogger<FleetReconciler> logger
) : IReconciler<LlmModel>
{
    private readonly FleetPace _pace = new(time);
    private bool _wasPartition;

    public async Task<ReconcileResult> ReconcileAsync(
        ReconcileRequest request,
        CancellationToken cancellationToken
    )
    {
        if (_pace.Remaining is { Ticks: > 0 } pause)
        {
            return ReconcileResult.After(pause);
        }

        long start = time.GetTimestamp();
        FleetView view = Look(replicas.List());
        PlacementPlan plan = PlacementPlanner.Plan(view.Snapshot);
        if (plan.HasChanges)
        {
            KubernetesList<ModelReplica> live = await client.ListAsync<ModelReplica>(
                new ListOptions(),
                cancellationToken
            );
            view = Look(live.Items);
            plan = PlacementPlanner.Plan(view.Snapshot);
        }

        if (plan.IsPartition != _wasPartition)
        {
            _wasPartition = plan.IsPartition;
            LogPartition(plan.IsPartition);
        }

        // Before the writes: what they cause finds the outcome.
        foreach (ObjectKey key in board.Publish(Outcomes(view, plan)))
        {
            triggers.Model.Raise(key);
        }

        _pace.Planned(time.GetElapsedTime(start));
        await executor.ExecuteAsync(view, plan, cancellationToken);
        TimeSpan? next = view.NextLoss < plan.RetryAfter ? view.NextLoss : plan.RetryAfter ?? view.NextLoss;
        return next is { } soon ? ReconcileResult.After(soon) : ReconcileResult.Finished;
    }

    private FleetView Look(IReadOnlyList<ModelReplica> present) =>
        views.Of(models.List(), nodes.List(), present, catalogs.Index, time.GetUtcNow());

    private static Dictionary<ObjectKey, PlacementOutcome> Outcomes(FleetView view, PlacementPlan plan)
    {
        ILookup<string, PlacementAssignment> assignments = plan.Assignments.ToLookup(a => a.Model);
        ILookup<string, PlacementRefusal> refusals = plan.Refusals.ToLookup(r => r.Model);
        return view.Models.ToDictionary(
            m => m.Value.Model.Key,
            m => new PlacementOutcome
            {
                Generation = m.Value.Model.Metadata.Generation,
                Wanted = plan.Wanted.GetValueOrDefault(m.Key, m.Value.Model.Spec.Placement.Replicas),
                Nodes = [.. assignments[m.Key].Select(a => a.Node)],
                Outdated = assignments[m.Key].Count(a => a.Change == AssignmentChange.KeptOutdated),
                Renewing = assignments[m.Key].Count(a => a.Change == AssignmentChange.Updated),
                Refusals = [.. refusals[m.Key]],
                NodeCount = view.Snapshot.Nodes.Count,
                IsKnown = m.Value.Choices.Count > 0,
                IsPartition = plan.IsPartition,
                Problem = m.Value.Problem,
            }
        );
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "More than half of the nodes lost: {IsPartition}; replicas are not moved while it holds"
    )]
    private partial void LogPartition(bool isPartition);
}
