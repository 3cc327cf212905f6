using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.Fleet;
using LlmOperator.Operator.Placement;

namespace LlmOperator.Operator.Seeding;

/// <summary>What the choice of seeders is made from; <see cref="FleetChanges"/> must let pass what is read here. Pure.</summary>
internal static class SeederViews
{
    /// <summary>Label of a node that says its zone, as Kubernetes has it.</summary>
    public const string ZoneLabel = "topology.kubernetes.io/zone";

    /// <summary>Seeders by model and node after a plan.</summary>
    public static IReadOnlyDictionary<(string Model, string Node), IReadOnlyList<string>> Plan(
        FleetView view,
        PlacementPlan plan
    ) => SeederPlan.Of(view.Nodes.Select(Of), plan.Assignments.Select(a => Wish(view, a)).OfType<SeedWish>());

    /// <summary>Whether a pull failed, and is not going on again.</summary>
    public static bool HasFailed(ModelReplica replica) => replica.Status?.Pull?.State == PullState.Failed;

    private static SeedNode Of(LlmNode node)
    {
        Condition? ready = node.Status?.Conditions.Find(LlmNodeConditions.Ready);
        return new SeedNode
        {
            Name = node.Metadata.Name!,
            Zone = node.Metadata.Labels?.GetValueOrDefault(ZoneLabel) ?? "",
            // Without an engine it serves files as well as any.
            IsReady =
                ready is { Status: ConditionStatus.True } or { Reason: LlmNodeConditions.NoEngine }
                && !node.IsBeingDeleted,
            IsAway = ready is { Status: ConditionStatus.False, Reason: LlmNodeConditions.AgentStopping },
            Stored = (node.Status?.Models ?? []).Select(m => m.Digest).ToHashSet(),
        };
    }

    private static SeedWish? Wish(FleetView view, PlacementAssignment assignment)
    {
        ModelView model = view.Models[assignment.Model];
        ModelReplica? present = view.ReplicaOf(model.Model.Key, assignment.Node);
        ModelArtifact? wanted = assignment.Change is AssignmentChange.New or AssignmentChange.Updated
            ? model.Choices[assignment.CandidateId].Artifact
            : present?.Spec.Artifact;
        return wanted?.Digest is { } digest
            ? new SeedWish(
                assignment.Model,
                assignment.Node,
                digest,
                present?.Spec.Artifact.Digest == digest && HasFailed(present),
                present?.Spec.Artifact.Digest == digest ? present.Spec.Seeders : null
            )
            : null;
    }
}
