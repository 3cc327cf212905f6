namespace LlmOperator.PlacementBench;

/// <summary>How others divide the memory, in the order of arrival.</summary>
internal static class Baselines
{
    /// <summary>The best variant that fits on any GPU, on the first where it does.</summary>
    public static double FirstFit(SmallInstance instance) => Place(instance, (free, _) => free);

    /// <summary>The best variant that fits on any GPU, on the one that it fills best.</summary>
    public static double BestFit(SmallInstance instance) =>
        Place(instance, (free, _) => free.OrderBy(g => g.Bytes));

    /// <summary>The best variant that fits on any GPU, on the emptiest.</summary>
    public static double WorstFit(SmallInstance instance) =>
        Place(instance, (free, _) => free.OrderByDescending(g => g.Bytes));

    /// <summary>Whole GPUs, as device plugins count them: a model takes the first free one that is large enough.</summary>
    public static double WholeGpus(SmallInstance instance) =>
        Place(instance, (free, gpus) => free.Where(g => g.Bytes == gpus[g.Gpu]));

    private static double Place(
        SmallInstance instance,
        Func<
            IEnumerable<(int Gpu, long Bytes)>,
            IReadOnlyList<long>,
            IEnumerable<(int Gpu, long Bytes)>
        > order
    )
    {
        long[] free = [.. instance.Gpus];
        double[][] values = instance.Values();
        double sum = 0;
        for (int m = 0; m < instance.Models.Count; m++)
        {
            IReadOnlyList<long> bytes = instance.Models[m].Bytes;
            for (int option = 0; option < bytes.Count; option++)
            {
                (int Gpu, long Bytes) found = order(free.Select((b, i) => (i, b)), instance.Gpus)
                    .Where(g => g.Bytes >= bytes[option])
                    .DefaultIfEmpty((-1, 0))
                    .First();
                if (found.Gpu >= 0)
                {
                    free[found.Gpu] -= bytes[option];
                    sum += values[m][option];
                    break;
                }
            }
        }

        return sum;
    }
}
