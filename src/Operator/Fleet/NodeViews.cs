using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.Placement;
using DeviceKind = LlmOperator.Operator.Placement.DeviceKind;

namespace LlmOperator.Operator.Fleet;

/// <summary>Nodes as placement sees them. Pure.</summary>
internal static class NodeViews
{
    /// <summary>A node as placement sees it.</summary>
    /// <param name="node">The object.</param>
    /// <param name="lostAfter">How long it may be silent.</param>
    /// <param name="now">Present time.</param>
    public static PlacementNode Of(LlmNode node, TimeSpan lostAfter, DateTimeOffset now) =>
        new()
        {
            Name = node.Metadata.Name!,
            Labels = node.Metadata.Labels ?? new Dictionary<string, string>(),
            State = StateOf(node, lostAfter, now),
            IsCordoned = node.Spec.Scheduling == NodeScheduling.Cordoned || node.IsBeingDeleted,
            Engines =
            [
                .. (node.Status?.Engines ?? [])
                    .Where(e => e.Problem is null)
                    .Select(e => e.Kind.ToString())
                    .Distinct(),
            ],
            Devices =
            [
                .. (node.Status?.Devices ?? []).Select(d => new PlacementDevice(
                    d.Name,
                    Enum.Parse<DeviceKind>(d.Kind.ToString()),
                    d.BudgetBytes
                )),
            ],
        };

    /// <summary>When a silent node will count as lost; null when it is not silent, or is lost already.</summary>
    public static TimeSpan? UntilLost(LlmNode node, TimeSpan lostAfter, DateTimeOffset now) =>
        SilentSince(node) is { } since && now - since < lostAfter ? since + lostAfter - now : null;

    private static NodeState StateOf(LlmNode node, TimeSpan lostAfter, DateTimeOffset now) =>
        node.Status?.Conditions.IsTrue(LlmNodeConditions.Ready) == true ? NodeState.Ready
        : SilentSince(node) is { } since && now - since >= lostAfter ? NodeState.Lost
        : NodeState.NotReady;

    private static DateTimeOffset? SilentSince(LlmNode node) =>
        node.Status?.Conditions.Find(LlmNodeConditions.Ready)
            is { Status: ConditionStatus.Unknown, Reason: LlmNodeConditions.AgentLost } ready
            ? ready.LastTransitionTime
            : null;
}
