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

        if (accepted.IsTerminal && !seen.WasReady)
        {
            return Finding.False(accepted.Reason, accepted.Message);
        }

        // An older version of the same source does what was asked for until the newer one is there.
        OlderVersions older = OlderVersions.Of(seen);
        int behind = seen.Outcome is { } outcome ? outcome.Outdated + outcome.Renewing : 0;
        behind = Math.Max(0, behind - older.Waiting.Count);
        int ready = Math.Max(0, seen.Replicas.Count(IsReady) + older.Changing.Count - behind);
        if (ready >= seen.Wanted)
        {
            if (seen.Model.Spec.Loading.Mode == LoadingMode.StoreOnly)
            {
                return Finding.True(
                    LlmModelConditions.StoreOnly,
                    $"{ready} of {seen.Wanted} replicas are stored; none is to be loaded."
                );
            }

            string text = $"{ready} of {seen.Wanted} replicas answer.";
            return Finding.True(
                LlmModelConditions.AllReady,
                older.Message is { } news ? $"{text} {news}" : text
            );
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
        IsOfPresentSpec(replica) && replica.Status!.Conditions.IsTrue(ModelReplicaConditions.Ready);

    /// <summary>
    /// Whether what the agent says of the replica holds for its present spec. A change that ends what runs says what it lets
    /// go of; what was written without that since the agent looked last touches nothing that runs.
    /// </summary>
    public static bool IsOfPresentSpec(ModelReplica replica) =>
        replica.Status is { } status
        && (status.ObservedGeneration >= replica.Metadata.Generation || replica.Spec.Releasing is null);

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
        if (waiting.Count == 0)
        {
            return (LlmModelConditions.Loading, "Replicas still run what the spec said before.");
        }

        bool failed = waiting.Any(r =>
            ReasonOf(r)
                is ModelReplicaConditions.EngineExited
                    or ModelReplicaConditions.EngineCheckFailed
                    or ModelReplicaConditions.EngineMissing
                    or ModelReplicaConditions.ReservationExceeded
        );
        return (
            waiting.Any(r => ReasonOf(r) == ModelReplicaConditions.TemplateChanged)
                ? LlmModelConditions.TemplateChanged
            : failed ? LlmModelConditions.EngineFailed
            : waiting.Any(r => ReasonOf(r) == ModelReplicaConditions.AgentLost)
                ? LlmModelConditions.SomeUnavailable
            : LlmModelConditions.Loading,
            $"{details}."
        );
    }

    private static string? ReasonOf(ModelReplica replica) =>
        !IsOfPresentSpec(replica)
            ? null
            : replica.Status?.Conditions.Find(ModelReplicaConditions.Ready)?.Reason;

    private static string Describe(ModelReplica replica) =>
        IsOfPresentSpec(replica)
        && replica.Status!.Conditions.Find(ModelReplicaConditions.Ready) is { Message.Length: > 0 } ready
            ? ready.Message.TrimEnd('.')
            : "loading";
}
