using LlmOperator.Operator.Placement;

namespace LlmOperator.PlacementBench;

/// <summary>A world small enough to solve exactly: a few GPUs, each model wants one replica on one of them.</summary>
/// <param name="Gpus">Bytes of each GPU.</param>
/// <param name="Models">Models in the order of their arrival.</param>
internal sealed record SmallInstance(IReadOnlyList<long> Gpus, IReadOnlyList<SmallModel> Models)
{
    private const long Gi = 1L << 30;
    private static readonly long[] s_gpus = [8, 12, 16, 24, 48];
    private static readonly int[] s_billions = [1, 3, 8, 14, 24, 32];
    private static readonly int[] s_priorities = [1, 1, 2, 4, 8];

    /// <summary>Bytes a parameter at 8, 4 and 3 bits, with the scales of the usual formats.</summary>
    private static readonly double[] s_bytesPerParameter = [1.06, 0.60, 0.48];

    /// <summary>A random one: 3 to 5 GPUs, 6 to 9 models of 1 to 32 billion parameters at 8, 4 or 3 bits.</summary>
    public static SmallInstance Random(Random random)
    {
        long[] gpus = [.. Enumerable.Range(0, random.Next(3, 6)).Select(_ => Pick(random, s_gpus) * Gi)];
        SmallModel[] models =
        [
            .. Enumerable
                .Range(0, random.Next(6, 10))
                .Select(_ =>
                {
                    int billions = Pick(random, s_billions);
                    // Cache, compute buffers and driver: half a GiB and a twentieth of the weights at 8 bits.
                    long beside = (Gi / 2) + (long)(billions * 1e9 * 0.05);
                    return new SmallModel(
                        Pick(random, s_priorities),
                        [.. s_bytesPerParameter.Select(b => (long)(billions * 1e9 * b) + beside)]
                    );
                }),
        ];
        return new SmallInstance(gpus, models);
    }

    /// <summary>The same as placement sees it: one GPU a node, GPUs alone.</summary>
    public PlacementSnapshot ToSnapshot() =>
        new()
        {
            Nodes =
            [
                .. Gpus.Select(
                    (bytes, i) =>
                        new PlacementNode
                        {
                            Name = $"node-{i}",
                            Engines = ["LlamaCpp"],
                            Devices = [new PlacementDevice("CUDA0", DeviceKind.Gpu, bytes)],
                        }
                ),
            ],
            Models = [.. Models.Select((m, i) => m.ToPlacement($"model-{i}", i))],
        };

    /// <summary>What each option of a model is worth: its weight times the value of its rung.</summary>
    public double[][] Values()
    {
        Dictionary<int, double> weights = Models
            .Select(m => m.Priority)
            .Distinct()
            .Order()
            .Select((p, below) => (p, PlacementValue.WeightOf(below)))
            .ToDictionary();
        return
        [
            .. Models.Select(m =>
                Ladder.Of(m.ToPlacement("m", 0)).Select(r => r.Value * weights[m.Priority]).ToArray()
            ),
        ];
    }

    private static T Pick<T>(Random random, T[] values) => values[random.Next(values.Length)];
}
