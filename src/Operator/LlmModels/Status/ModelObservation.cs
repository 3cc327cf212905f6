using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.Fleet;

namespace LlmOperator.Operator.LlmModels.Status;

/// <summary>All that the status of a model is computed from.</summary>
internal sealed record ModelObservation
{
    /// <summary>The model.</summary>
    public required LlmModel Model { get; init; }

    /// <summary>Whether its spec is sound and allowed.</summary>
    public required Acceptance Acceptance { get; init; }

    /// <summary>What its sources gave; null while that is not known.</summary>
    public Inspection? Inspection { get; init; }

    /// <summary>What the last plan says of it; null before the first.</summary>
    public PlacementOutcome? Outcome { get; init; }

    /// <summary>Its replicas that are not being deleted, by node.</summary>
    public IReadOnlyList<ModelReplica> Replicas { get; init; } = [];

    /// <summary>Replicas wanted.</summary>
    public int Wanted =>
        Model.Spec.Placement.Mode == PlacementMode.EveryNode
            ? Outcome?.Wanted ?? Model.Status?.Replicas?.Desired ?? 1
            : Model.Spec.Placement.Replicas;

    /// <summary>True when every variant was resolved before, so that a source that fails now changes nothing.</summary>
    public bool WasInspected =>
        Acceptance is Acceptance.Accepted accepted
        && accepted.Variants.All(v => KnownArtifacts.Find(Model, v) is not null);

    /// <summary>Whether the present spec has been in effect: what is refused later does not take that back.</summary>
    public bool WasReady =>
        Model.Status?.Conditions.Find(LlmModelConditions.Ready) is { Status: ConditionStatus.True } ready
        && ready.ObservedGeneration == Model.Metadata.Generation;
}
