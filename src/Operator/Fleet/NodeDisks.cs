using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;

namespace LlmOperator.Operator.Fleet;

/// <summary>The disks of nodes as placement sees them. Pure.</summary>
internal static class NodeDisks
{
    // Agents report room all the time; only so much more of it is worth a plan.
    private const long Step = 1L << 30;

    /// <summary>The files that the replicas of a node need and that do not lie there whole.</summary>
    /// <param name="replicas">Replicas bound to the node.</param>
    /// <param name="node">What lies there, as the agent says together with its room.</param>
    /// <returns>All their bytes, each file once, and the digests of the weights.</returns>
    public static (long Bytes, HashSet<string> Digests) Coming(
        IEnumerable<ModelReplica> replicas,
        LlmNode node
    )
    {
        HashSet<string> present = [.. (node.Status?.Models ?? []).Select(m => m.Digest)];
        Dictionary<string, long> missing = [];
        HashSet<string> weights = [];
        foreach (ModelReplica replica in replicas.Where(IsPulling))
        {
            ModelArtifact artifact = replica.Spec.Artifact;
            if (artifact.Digest is { } digest)
            {
                weights.Add(digest);
            }

            IEnumerable<(string Key, long Bytes)> files = artifact.Files is { Count: > 0 } listed
                ? listed.Select(f => (f.Digest, f.SizeBytes))
                : [(artifact.Digest ?? replica.Key.ToString(), artifact.SizeBytes)];
            foreach ((string key, long bytes) in files.Where(f => !present.Contains(f.Key)))
            {
                missing[key] = bytes;
            }
        }

        return (missing.Values.Sum(), weights);
    }

    /// <summary>
    /// Whether so much more room is there that a plan may find a place that it did not find before. Less room changes
    /// no place that is taken, and the next plan sees it in any case: a pull alone is no reason for one.
    /// </summary>
    public static bool HasGrown(LlmNode? old, LlmNode? now) => Steps(now) > Steps(old);

    /// <summary>Whether the agent began or ceased to say what room there is.</summary>
    public static bool IsKnown(LlmNode? node) => node?.Status?.Disk?.RoomBytes is not null;

    private static bool IsPulling(ModelReplica replica) =>
        !replica.IsBeingDeleted
        && replica.Spec.Artifact.Source.File is null
        && replica.Status?.Conditions.IsTrue(ModelReplicaConditions.Stored) != true;

    private static long Steps(LlmNode? node) => (node?.Status?.Disk?.RoomBytes ?? 0) / Step;
}
