using LlmOperator.Operator.Placement;

namespace LlmOperator.Operator.Tests.Placement;

/// <summary>Short ways to write down nodes and models, in whole GiB.</summary>
internal static class Fleet
{
    public const long Gi = 1L << 30;

    public static PlacementNode Node(string name, long cpu, params long[] gpus) =>
        new()
        {
            Name = name,
            Engines = ["LlamaCpp"],
            Devices =
            [
                new PlacementDevice("CPU", DeviceKind.Cpu, cpu * Gi),
                .. gpus.Select((g, i) => new PlacementDevice($"CUDA{i}", DeviceKind.Gpu, g * Gi)),
            ],
        };

    public static PlacementModel Model(string key, int replicas, params long[] sizes) =>
        new()
        {
            Key = key,
            Replicas = replicas,
            Engine = "LlamaCpp",
            Candidates = [.. sizes.Select((s, i) => Candidate(s) with { VariantRank = i })],
        };

    public static PlacementCandidate Candidate(long size) =>
        new()
        {
            Id = $"{size}G",
            Description = $"{size}G",
            OnGpu = new MemoryTerms(size * Gi, 0, 0, 0),
            BesideGpu = MemoryTerms.None,
            OnCpu = new MemoryTerms(size * Gi, 0, 0, 0),
        };

    /// <summary>The snapshot after a plan was carried out; every replica that stays answers.</summary>
    public static PlacementSnapshot After(
        PlacementSnapshot snapshot,
        PlacementPlan plan,
        bool healthy = true,
        TimeSpan residence = default
    ) =>
        snapshot with
        {
            Models =
            [
                .. snapshot.Models.Select(m =>
                    m with
                    {
                        Existing =
                        [
                            .. plan
                                .Assignments.Where(a => a.Model == m.Key)
                                .Select(a => new PlacementReplica
                                {
                                    Node = a.Node,
                                    CandidateId = a.CandidateId,
                                    Claims = a.Claims,
                                    Layout =
                                        a.Layout ?? m.Existing.FirstOrDefault(r => r.Node == a.Node)?.Layout,
                                    Exhausted = a.Exhausted,
                                    IsHealthy = healthy,
                                    IsShared = m.IsShared,
                                    Residence = residence,
                                }),
                        ],
                    }
                ),
            ],
        };

    /// <summary>Assignments as <c>model@node/device:candidate change</c>, in the plan's order.</summary>
    public static IEnumerable<string> Lines(PlacementPlan plan) =>
        plan.Assignments.Select(a => $"{a.Model}@{a.Node}/{a.Claims[0].Device}:{a.CandidateId} {a.Change}");
}
