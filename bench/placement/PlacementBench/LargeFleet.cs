using LlmOperator.Operator.Placement;

namespace LlmOperator.PlacementBench;

/// <summary>A fleet of thousands of GPUs with about as much wanted as there is.</summary>
internal static class LargeFleet
{
    private const long Gi = 1L << 30;
    private static readonly long[] s_gpus = [24, 48, 80];

    /// <summary>A random fleet of nodes with four GPUs of one size each.</summary>
    public static PlacementSnapshot Random(int nodes, int replicas, Random random)
    {
        List<PlacementModel> models = [];
        for (int placed = 0; placed < replicas; )
        {
            int count = Math.Min(replicas - placed, random.Next(1, 4));
            double billions = random.Next(4) switch
            {
                0 => random.Next(1, 9),
                1 => random.Next(7, 35),
                2 => random.Next(30, 75),
                _ => random.Next(60, 110),
            };
            models.Add(
                new SmallModel(
                    random.Next(4),
                    [
                        .. new[] { 1.06, 0.60, 0.48 }.Select(b =>
                            (long)(billions * 1e9 * (b + 0.05)) + (Gi / 2)
                        ),
                    ]
                ).ToPlacement($"model-{models.Count:00000}", models.Count) with
                {
                    Replicas = count,
                }
            );
            placed += count;
        }

        return new PlacementSnapshot
        {
            Nodes =
            [
                .. Enumerable
                    .Range(0, nodes)
                    .Select(i =>
                    {
                        long bytes = s_gpus[random.Next(s_gpus.Length)] * Gi;
                        return new PlacementNode
                        {
                            Name = $"node-{i:0000}",
                            Engines = ["LlamaCpp"],
                            Devices =
                            [
                                new PlacementDevice("CPU", DeviceKind.Cpu, 256 * Gi),
                                .. Enumerable
                                    .Range(0, 4)
                                    .Select(g => new PlacementDevice($"CUDA{g}", DeviceKind.Gpu, bytes)),
                            ],
                        };
                    }),
            ],
            Models = models,
        };
    }

    /// <summary>The fleet after a plan was carried out.</summary>
    public static PlacementSnapshot After(PlacementSnapshot snapshot, PlacementPlan plan)
    {
        ILookup<string, PlacementAssignment> byModel = plan.Assignments.ToLookup(a => a.Model);
        return snapshot with
        {
            Models =
            [
                .. snapshot.Models.Select(m =>
                    m with
                    {
                        Existing =
                        [
                            .. byModel[m.Key]
                                .Select(a => new PlacementReplica
                                {
                                    Node = a.Node,
                                    CandidateId = a.CandidateId,
                                    Claims = a.Claims,
                                    IsHealthy = true,
                                    Residence = TimeSpan.FromHours(1),
                                }),
                        ],
                    }
                ),
            ],
        };
    }

    /// <summary>More than any plan can be worth (<see cref="FractionalBound"/>).</summary>
    public static double Bound(PlacementSnapshot snapshot)
    {
        long largest = snapshot
            .Nodes.SelectMany(n => n.Devices)
            .Where(d => d.Kind == DeviceKind.Gpu)
            .Max(d => d.BudgetBytes);
        long room = snapshot
            .Nodes.SelectMany(n => n.Devices)
            .Where(d => d.Kind == DeviceKind.Gpu)
            .Sum(d => d.BudgetBytes);
        Dictionary<int, double> weights = snapshot
            .Models.Select(m => m.Priority)
            .Distinct()
            .Order()
            .Select((p, below) => (p, PlacementValue.WeightOf(below)))
            .ToDictionary();
        return FractionalBound.Of(
            room,
            snapshot.Models.SelectMany(m =>
                Enumerable
                    .Range(0, m.Replicas)
                    .Select(r =>
                        Ladder
                            .Of(m)
                            .Where(rung => rung.Bytes <= largest)
                            .Select(rung =>
                                (
                                    rung.Bytes!.Value,
                                    rung.Value * weights[m.Priority] * PlacementValue.ReplicaFactor(r)
                                )
                            )
                    )
            )
        );
    }
}
