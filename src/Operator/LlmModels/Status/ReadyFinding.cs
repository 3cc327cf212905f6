using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;

namespace LlmOperator.Operator.LlmModels.Status;

/// <summary>Condition Ready: every wanted replica answers. Otherwise it repeats the first thing that is in the way.</summary>
internal static class ReadyFinding
{
    public static Finding Of(ModelObservation seen, Finding accepted, Finding placed, Finding stored)
    {
        if (seen.Wanted == 0)
        {
            return Finding.True(LlmModelConditions.ScaledToZero, "No replica is wanted.");
        }

        int ready = seen.Replicas.Count(IsReady);
        if (ready >= seen.Wanted)
        {
            return Finding.True(LlmModelConditions.AllReady, $"{ready} of {seen.Wanted} replicas answer.");
        }

        string why = Blocker(seen, accepted, placed, stored) is var (reason, message) ? message : "";
        return ready > 0
            ? Finding.False(
                LlmModelConditions.SomeUnavailable,
                $"{ready} of {seen.Wanted} replicas answer. {why}"
            )
            : Finding.False(reason, why);
    }

    /// <summary>True when a replica answers, or would after loading.</summary>
    public static bool IsReady(ModelReplica replica) =>
        replica.Status?.Conditions.IsTrue(ModelReplicaConditions.Ready) == true;

    private static (string Reason, string Message) Blocker(
        ModelObservation seen,
        Finding accepted,
        Finding placed,
        Finding stored
    )
    {
        foreach (Finding finding in new[] { accepted, placed, stored })
        {
            if (!finding.IsTrue && (finding != accepted || seen.Replicas.Count == 0))
            {
                return (finding.Reason, finding.Message);
            }
        }

        List<ModelReplica> waiting = [.. seen.Replicas.Where(r => !IsReady(r))];
        string details = string.Join("; ", waiting.Select(r => $"{r.Spec.NodeName}: {Describe(r)}"));
        bool failed = waiting.Any(r =>
            ReasonOf(r)
                is ModelReplicaConditions.EngineExited
                    or ModelReplicaConditions.EngineMissing
                    or ModelReplicaConditions.ReservationExceeded
        );
        return (
            failed ? LlmModelConditions.EngineFailed
            : waiting.Any(r => ReasonOf(r) == ModelReplicaConditions.AgentLost)
                ? LlmModelConditions.SomeUnavailable
            : LlmModelConditions.Loading,
            $"{details}."
        );
    }

    private static string? ReasonOf(ModelReplica replica) =>
        replica.Status?.Conditions.Find(ModelReplicaConditions.Ready)?.Reason;

    private static string Describe(ModelReplica replica) =>
        replica.Status?.Conditions.Find(ModelReplicaConditions.Ready) is { Message.Length: > 0 } ready
            ? ready.Message.TrimEnd('.')
            : "loading";
}
