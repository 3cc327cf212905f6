namespace LlmOperator.Operator.Placement;

/// <summary>
/// The order in which ways to load a model are tried: on one GPU at the longest context, variants and cache types as
/// declared; then on several GPUs; then both at shorter contexts; then with experts on the
/// CPU; then with a part of the layers on GPUs; then on the CPU.
/// </summary>
internal static class Ladder
{
    /// <summary>The rungs of a model, best first.</summary>
    public static IReadOnlyList<Rung> Of(PlacementModel model)
    {
        List<(PlacementCandidate Candidate, DeviceLayout Layout, double Value)> rungs = [];
        if (model.Devices != DevicePreference.CpuOnly)
        {
            foreach (
                IGrouping<int, PlacementCandidate> sameContext in model
                    .Candidates.GroupBy(c => c.ContextRank)
                    .OrderBy(g => g.Key)
            )
            {
                rungs.AddRange(sameContext.Select(c => (c, DeviceLayout.Gpu, Quality(c))));
                rungs.AddRange(
                    sameContext
                        .Where(c => c.Split is not null)
                        .Select(c =>
                            (c, DeviceLayout.SeveralGpus, Quality(c) * PlacementConstants.SeveralGpusFactor)
                        )
                );
            }
        }

        if (model.Devices == DevicePreference.GpuPreferred)
        {
            // A token uses few of the experts, so that they lose less on the CPU than whole layers do.
            rungs.AddRange(
                model
                    .Candidates.Where(c => c.Split is { ExpertLayers: > 0 })
                    .Select(c =>
                        (
                            c,
                            DeviceLayout.ExpertsOnCpu,
                            Quality(c) * SpeedOf(PlacementConstants.ExpertsOnCpuShare)
                        )
                    )
            );
            rungs.AddRange(
                model
                    .Candidates.Where(c => c.Split is not null)
                    .Select(c => (c, DeviceLayout.Partial, Quality(c) * SpeedOf(0.5)))
            );
        }

        if (model.Devices != DevicePreference.GpuOnly)
        {
            double speed = model.Devices == DevicePreference.CpuOnly ? 1 : SpeedOf(0);
            rungs.AddRange(model.Candidates.Select(c => (c, DeviceLayout.Cpu, Quality(c) * speed)));
        }

        // What was declared decides; the formula only says by how much.
        double ceiling = 1;
        return
        [
            .. rungs.Select(
                (r, i) => new Rung(r.Candidate, r.Layout, ceiling = Math.Min(ceiling, r.Value), i)
            ),
        ];
    }

    /// <summary>Speed with a share of the layers on GPUs, of the speed with all of them there.</summary>
    public static double SpeedOf(double shareOnGpus) =>
        1 / (shareOnGpus + ((1 - shareOnGpus) * PlacementConstants.BandwidthRatio));

    private static double Quality(PlacementCandidate candidate)
    {
        double[] values = PlacementConstants.VariantValues;
        int rank = candidate.VariantRank;
        double variant =
            rank < values.Length
                ? values[rank]
                : values[^1] * Math.Pow(PlacementConstants.LaterVariantFactor, rank - values.Length + 1);
        return variant
            * Math.Pow(PlacementConstants.ContextFactor, candidate.ContextRank)
            * Math.Pow(PlacementConstants.CacheFactor, candidate.CacheRank);
    }
}
