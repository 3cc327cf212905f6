using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Operator.LlmModels.Status;

/// <summary>Condition Degraded: something works worse than it should.</summary>
internal static class DegradedFinding
{
    public static Finding Of(ModelObservation seen)
    {
        List<(string Node, Condition Condition)> degraded =
        [
            .. seen
                .Replicas.Select(r =>
                    (r.Spec.NodeName, r.Status?.Conditions.Find(ModelReplicaConditions.Degraded))
                )
                .Where(p => p.Item2?.Status == ConditionStatus.True)
                .Select(p => (p.NodeName, p.Item2!)),
        ];
        if (seen.Outcome?.IsPartition == true && !seen.Replicas.All(ReadyFinding.IsReady))
        {
            return Finding.True(
                LlmModelConditions.NodesLost,
                "More than half of the nodes are lost at once, so that replicas are not moved; bring the nodes back, "
                    + "or delete the LlmNodes of those that are gone."
            );
        }

        return degraded.Count == 0
            ? Finding.False(ConditionReason.AsDesired, "Nothing is worse than it should be.")
            : Finding.True(
                degraded[0].Condition.Reason,
                string.Join("; ", degraded.Select(d => $"{d.Node}: {d.Condition.Message.TrimEnd('.')}")) + "."
            );
    }
}
