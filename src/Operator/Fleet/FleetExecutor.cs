using LlmOperator.Api;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Events;
using LlmOperator.Controllers.Ownership;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Serialization;
using LlmOperator.Operator.LlmModels;
using LlmOperator.Operator.Placement;
using LlmOperator.Operator.Replicas;
using LlmOperator.Operator.Seeding;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Operator.Fleet;

/// <summary>
/// Carries a plan out: removals first, then what is new or changed. Every write is idempotent; the first that fails
/// ends the pass, and the next pass goes on from what is there.
/// </summary>
[Rbac<ModelReplica>("get", "create", "patch", "delete")]
internal sealed partial class FleetExecutor(
    IKubernetesClient client,
    IEventRecorder events,
    ILogger<FleetExecutor> logger
)
{
    private const int MostWritesAtOnce = 8;

    private readonly FinalizerGuard _finalizer = new(
        client,
        WellKnown.ReplicaFinalizer,
        WellKnown.OperatorFieldManager
    );

    /// <summary>Carries a plan out.</summary>
    public async Task ExecuteAsync(FleetView view, PlacementPlan plan, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<(string, string), IReadOnlyList<string>> seeders = SeederViews.Plan(view, plan);
        await ForEachAsync(plan.Removals, r => RemoveAsync(view, r, cancellationToken), cancellationToken);
        await ReleaseLostAsync(view, cancellationToken);
        await ForEachAsync(
            plan.Assignments,
            a => CarryOutAsync(view, a, seeders.GetValueOrDefault((a.Model, a.Node)), cancellationToken),
            cancellationToken
        );
    }

    // Several at once, because a write is mostly waiting; writes under way are not cut short by the one that fails.
    private static Task ForEachAsync<T>(
        IEnumerable<T> items,
        Func<T, Task> act,
        CancellationToken cancellationToken
    ) =>
        Parallel.ForEachAsync(
            items,
            new ParallelOptions
            {
                MaxDegreeOfParallelism = MostWritesAtOnce,
                CancellationToken = cancellationToken,
            },
            async (item, _) => await act(item)
        );

    private async Task CarryOutAsync(
        FleetView view,
        PlacementAssignment assignment,
        IReadOnlyList<string>? seeders,
        CancellationToken cancellationToken
    )
    {
        ModelView model = view.Models[assignment.Model];
        if (assignment.Change is AssignmentChange.New or AssignmentChange.Updated)
        {
            await ApplyAsync(view, model, assignment, seeders, cancellationToken);
        }
        else if (view.ReplicaOf(model.Model.Key, assignment.Node) is { } replica)
        {
            await RefreshAsync(model, replica, seeders, cancellationToken);
        }
    }

    private async Task ApplyAsync(
        FleetView fleet,
        ModelView view,
        PlacementAssignment assignment,
        IReadOnlyList<string>? seeders,
        CancellationToken cancellationToken
    )
    {
        LoadChoice choice = view.Choices[assignment.CandidateId];
        ModelReplica? present = fleet.ReplicaOf(view.Model.Key, assignment.Node);
        ModelReplica replica = await client.ApplyAsync(
            ReplicaSpecs.For(view.Model, choice, assignment, present, seeders),
            Options,
            cancellationToken
        );
        string where = string.Join(
            ", ",
            assignment.Claims.Select(c => $"{ByteText.Of(c.Terms.Total)} on {c.Device}")
        );
        LogPlaced(assignment.Model, assignment.Node, assignment.Change, choice.Candidate.Description, where);
        events.Record(
            view.Model,
            EventType.Normal,
            assignment.Change == AssignmentChange.New
                ? LlmModelEvents.ReplicaCreated
                : LlmModelEvents.ReplicaChanged,
            LlmModelEvents.PlaceAction,
            assignment.IsEnlarged
                    ? $"The engine needs more than was reserved for {choice.Candidate.Description} on node {assignment.Node}; now {where} reserved."
                : present is not null && ExhaustedWays.Aborted(present)
                    ? $"The engine aborted in the way it was loaded in; now {choice.Candidate.Description} on node {assignment.Node}, {where} reserved."
                : present is not null && ExhaustedWays.RanOut(present)
                    ? $"The memory for the way it was loaded in did not do; now {choice.Candidate.Description} on node {assignment.Node}, {where} reserved."
                : $"{choice.Candidate.Description} on node {assignment.Node}, {where} reserved.",
            replica
        );
    }

    private async Task RefreshAsync(
        ModelView view,
        ModelReplica replica,
        IReadOnlyList<string>? seeders,
        CancellationToken cancellationToken
    )
    {
        ModelReplica wanted = ReplicaSpecs.Refreshed(
            view.Model,
            replica,
            view.Model.Status?.Artifacts ?? [],
            seeders
        );
        if (!KubernetesJson.AreEqual(replica.Spec, wanted.Spec))
        {
            await client.ApplyAsync(wanted, Options, cancellationToken);
        }
    }

    private async Task RemoveAsync(
        FleetView view,
        PlacementRemoval removal,
        CancellationToken cancellationToken
    )
    {
        LlmModel model = view.Models[removal.Model].Model;
        if (view.ReplicaOf(model.Key, removal.Node) is not { } replica)
        {
            return;
        }

        bool removed = await client.DeleteAsync<ModelReplica>(
            replica.Key,
            new DeleteOptions { PreconditionUid = replica.Metadata.Uid },
            cancellationToken
        );
        if (removed)
        {
            LogRemoved(removal.Model, removal.Node, removal.Reason);
            events.Record(
                model,
                removal.Reason
                    is RemovalReason.NodeLost
                        or RemovalReason.BudgetExceeded
                        or RemovalReason.Preempted
                    ? EventType.Warning
                    : EventType.Normal,
                LlmModelEvents.ReplicaRemoved,
                LlmModelEvents.PlaceAction,
                $"Replica on node {removal.Node} removed: {Describe(removal.Reason)}.",
                replica
            );
        }
    }

    // Nobody on a lost node can finish a deletion; when its agent returns, it stops what has no replica any more. Also
    // when most nodes are lost: then no deletion is ours, and people who deleted a model must not wait for a machine.
    private async Task ReleaseLostAsync(FleetView view, CancellationToken cancellationToken)
    {
        HashSet<string> present =
        [
            .. view.Snapshot.Nodes.Where(n => n.State != NodeState.Lost).Select(n => n.Name),
        ];
        foreach (
            ModelReplica replica in view.Replicas.Where(r =>
                r.IsBeingDeleted && !present.Contains(r.Spec.NodeName)
            )
        )
        {
            await _finalizer.RemoveAsync(replica, cancellationToken);
        }
    }

    private static ApplyOptions Options =>
        new() { FieldManager = WellKnown.OperatorFieldManager, Force = true };

    private static string Describe(RemovalReason reason) =>
        reason switch
        {
            RemovalReason.ScaledDown => "fewer replicas are wanted",
            RemovalReason.NodeLost => "the node is lost",
            RemovalReason.NotTolerated => "the node has a taint that the model does not tolerate",
            RemovalReason.Preempted => "a model of higher priority needs the room",
            RemovalReason.BudgetExceeded => "the node's memory budget became too small",
            _ => "another replica has taken its place",
        };

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{Model} on {Node}: {Change}, {Description}, {Where}"
    )]
    private partial void LogPlaced(
        string model,
        string node,
        AssignmentChange change,
        string description,
        string where
    );

    [LoggerMessage(Level = LogLevel.Information, Message = "{Model} removed from {Node}: {Reason}")]
    private partial void LogRemoved(string model, string node, RemovalReason reason);
}
