using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.Placement;
using DeviceKind = LlmOperator.Operator.Placement.DeviceKind;
using TaintEffect = LlmOperator.Operator.Placement.TaintEffect;

namespace LlmOperator.Operator.Fleet;

/// <summary>Nodes as placement sees them. Pure.</summary>
internal static class NodeViews
{
    // One load may be odd; what three agree on is no chance.
    private const int LoadsToTrust = 3;

    // The engine rounds each of its three sums down to whole MiB.
    private const long LearnedMargin = 4L << 20;

    /// <summary>All nodes as placement sees them, with what is being pulled to them.</summary>
    public static IEnumerable<PlacementNode> Of(
        IReadOnlyList<LlmNode> nodes,
        IReadOnlyList<ModelReplica> replicas,
        TimeSpan lostAfter,
        DateTimeOffset now
    )
    {
        ILookup<string, ModelReplica> pulling = replicas
            .Where(r => r.Spec.Artifact.Digest is not null && r.Status?.Pull is { CompletedBytes: > 0 })
            .ToLookup(r => r.Spec.NodeName);
        ILookup<string, ModelReplica> bound = replicas.ToLookup(r => r.Spec.NodeName);
        foreach (LlmNode node in nodes)
        {
            PlacementNode seen = Of(node, lostAfter, now);
            Dictionary<string, long> stored = new(seen.Stored);
            foreach (ModelReplica replica in pulling[seen.Name])
            {
                string digest = replica.Spec.Artifact.Digest!;
                stored[digest] = Math.Max(
                    stored.GetValueOrDefault(digest),
                    replica.Status!.Pull!.CompletedBytes
                );
            }

            (long coming, HashSet<string> digests) = NodeDisks.Coming(bound[seen.Name], node);
            yield return seen with
            {
                Stored = stored,
                DiskBytes = node.Status?.Disk?.RoomBytes - coming,
                Coming = digests,
            };
        }
    }

    /// <summary>A toleration as placement sees it.</summary>
    public static PlacementToleration Toleration(ModelToleration toleration) =>
        new(
            toleration.Key,
            toleration.Value,
            toleration.Effect is { } effect ? Enum.Parse<TaintEffect>(effect.ToString()) : null
        );

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
            Taints =
            [
                .. (node.Spec.Taints ?? []).Select(t => new PlacementTaint(
                    t.Key,
                    t.Value ?? "",
                    Enum.Parse<TaintEffect>(t.Effect.ToString())
                )),
            ],
            IsUnderPressure =
                node.Status?.Conditions.IsTrue(LlmNodeConditions.MemoryPressure) == true
                || node.Status?.Conditions.IsTrue(LlmNodeConditions.ThermalPressure) == true,
            LearnedOverheads = LearnedOn(node),
            Stored = (node.Status?.Models ?? [])
                .DistinctBy(m => m.Digest)
                .ToDictionary(m => m.Digest, m => m.SizeBytes),
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

    /// <summary>
    /// What loads taught of the engine build that is there now, on GPUs: the overhead in RAM follows from the vocabulary.
    /// </summary>
    public static Dictionary<(DeviceKind Kind, string Architecture), long> LearnedOn(LlmNode? node)
    {
        string? version = node?.Status?.Engines.FirstOrDefault(e => e.Kind == EngineKind.LlamaCpp)?.Version;
        return (node?.Status?.MemoryCorrections ?? [])
            .Where(c =>
                c.Samples >= LoadsToTrust
                && c.EngineVersion == version
                && c.DeviceKind != Api.V1Alpha1.DeviceKind.Cpu
            )
            .DistinctBy(c => (c.DeviceKind, c.Architecture))
            .ToDictionary(
                c => (Enum.Parse<DeviceKind>(c.DeviceKind.ToString()), c.Architecture),
                c => c.OverheadBytes + LearnedMargin
            );
    }

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
