using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Operator.LlmModels.Status;

/// <summary>Condition Stored: every placed replica has its files.</summary>
internal static class StoredFinding
{
    public static Finding Of(ModelObservation seen)
    {
        if (seen.Wanted == 0)
        {
            return Finding.True(LlmModelConditions.ScaledToZero, "No replica is wanted.");
        }

        if (seen.Replicas.Count == 0)
        {
            return Finding.Unknown(ConditionReason.Pending, "No replica has a node yet.");
        }

        List<ModelReplica> missing = [.. seen.Replicas.Where(r => !IsStored(r))];
        if (missing.Count == 0)
        {
            return Finding.True(
                LlmModelConditions.AllStored,
                $"{seen.Replicas.Count} of {seen.Replicas.Count} replicas are stored."
            );
        }

        string reason = missing.Select(ReasonOf).MinBy(Weight)!;
        string details = string.Join("; ", missing.Select(r => $"{r.Spec.NodeName}: {Describe(r)}"));
        return Finding.False(
            reason,
            $"{seen.Replicas.Count - missing.Count} of {seen.Replicas.Count} replicas are stored; {details}."
        );
    }

    /// <summary>True when a replica's files are all there.</summary>
    public static bool IsStored(ModelReplica replica) =>
        ReadyFinding.IsOfPresentSpec(replica)
        && replica.Status!.Conditions.IsTrue(ModelReplicaConditions.Stored);

    // The agent's reasons, in the words of the model.
    private static string ReasonOf(ModelReplica replica) =>
        !ReadyFinding.IsOfPresentSpec(replica)
            ? LlmModelConditions.Pulling
            : replica.Status?.Conditions.Find(ModelReplicaConditions.Stored)?.Reason switch
            {
                ModelReplicaConditions.InsufficientDisk => LlmModelConditions.InsufficientDisk,
                ModelReplicaConditions.InvalidModelFile => LlmModelConditions.InvalidModelFile,
                ModelReplicaConditions.PullFailed or ModelReplicaConditions.DigestMismatch =>
                    LlmModelConditions.PullFailed,
                _ => LlmModelConditions.Pulling,
            };

    private static int Weight(string reason) =>
        reason switch
        {
            LlmModelConditions.InsufficientDisk => 0,
            LlmModelConditions.InvalidModelFile => 1,
            LlmModelConditions.PullFailed => 2,
            _ => 3,
        };

    private static string Describe(ModelReplica replica)
    {
        Condition? stored = replica.Status?.Conditions.Find(ModelReplicaConditions.Stored);
        return ReasonOf(replica) == LlmModelConditions.Pulling
            ? $"pulling {replica.Status?.Pull?.Summary ?? "begins"}"
            : stored!.Message.TrimEnd('.');
    }
}
