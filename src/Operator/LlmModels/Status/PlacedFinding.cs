using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.Fleet;
using LlmOperator.Operator.Placement;

namespace LlmOperator.Operator.LlmModels.Status;

/// <summary>Condition Placed: every wanted replica has a node.</summary>
internal static class PlacedFinding
{
    private const int ShownRefusals = 3;

    public static Finding Of(ModelObservation seen)
    {
        if (seen.Wanted == 0)
        {
            return Finding.True(LlmModelConditions.ScaledToZero, "No replica is wanted.");
        }

        if (
            seen.Outcome is not { IsKnown: true } outcome
            || outcome.Generation != seen.Model.Metadata.Generation
        )
        {
            return Before(seen);
        }

        if (outcome.Nodes.Count >= seen.Wanted && outcome.Outdated == 0)
        {
            return Finding.True(
                LlmModelConditions.AllPlaced,
                $"{Count(seen.Wanted)} of {seen.Wanted} on {string.Join(", ", outcome.Nodes)}."
            );
        }

        return outcome.Refusals.Count == 0 && outcome.Nodes.Count >= seen.Wanted
            ? Finding.True(
                LlmModelConditions.AllPlaced,
                $"On {string.Join(", ", outcome.Nodes)}; {outcome.Outdated} still to be renewed."
            )
            : Refused(seen, outcome);
    }

    private static Finding Refused(ModelObservation seen, PlacementOutcome outcome)
    {
        string placed = $"{outcome.Nodes.Count - outcome.Outdated} of {seen.Wanted} replicas have a node";
        if (outcome.NodeCount == 0)
        {
            return Finding.False(
                LlmModelConditions.NoMatchingNode,
                $"{placed}: there is no node; start a node agent."
            );
        }

        if (outcome.Refusals.Count == 0)
        {
            return Finding.False(
                LlmModelConditions.NoMatchingNode,
                $"{placed}: each replica needs a node of its own and there are {outcome.NodeCount}; add nodes or want fewer replicas."
            );
        }

        List<PlacementRefusal> byMissing = [.. NearestFirst(outcome.Refusals)];
        string why = string.Join("; ", byMissing.Take(ShownRefusals).Select(r => r.Message));
        string more =
            byMissing.Count > ShownRefusals ? $"; and {byMissing.Count - ShownRefusals} more nodes" : "";
        (string reason, string remedy) = byMissing[0].Reason switch
        {
            RefusalReason.InsufficientMemory => (
                LlmModelConditions.InsufficientMemory,
                "Raise a budget (LlmNode spec.budgets), add a smaller variant, or lower spec.context."
            ),
            RefusalReason.InsufficientDisk => (
                LlmModelConditions.InsufficientDisk,
                "Free room on the disk, or add a smaller variant."
            ),
            _ => (LlmModelConditions.NoMatchingNode, "Change spec.placement or the nodes."),
        };
        return Finding.False(reason, $"{placed}. {why}{more}. {remedy}");
    }

    /// <summary>Refusals in the order in which they help: the fewest missing bytes first.</summary>
    public static IEnumerable<PlacementRefusal> NearestFirst(IEnumerable<PlacementRefusal> refusals) =>
        refusals
            .OrderBy(r =>
                r.Reason is RefusalReason.InsufficientMemory or RefusalReason.InsufficientDisk ? 0 : 1
            )
            .ThenBy(r => r.MissingBytes)
            .ThenBy(r => r.Node, StringComparer.Ordinal);

    // Until the present spec was planned, what was said of the last one stands.
    private static Finding Before(ModelObservation seen) =>
        seen.Model.Status?.Conditions.Find(LlmModelConditions.Placed)
            is { Status: not ConditionStatus.Unknown } before
        && seen.Replicas.Count > 0
            ? new Finding(before.Status, before.Reason, before.Message)
            : Finding.Unknown(ConditionReason.Pending, "Not planned yet.");

    private static string Count(int count) =>
        count.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
