namespace LlmOperator.Operator.Placement;

/// <summary>
/// Divides the layers of a model over the GPUs of a node, by the room that each has, and leaves the rest to the CPU
/// where the rung allows it. Pure; at most a few dozen divisions are computed.
/// </summary>
internal static class SplitSearch
{
    /// <summary>The division with the fewest GPUs that fits, or with the most layers on them; null when none does.</summary>
    public static NodeFit? Best(FreeMemory free, Rung rung) =>
        rung.Layout switch
        {
            DeviceLayout.SeveralGpus => Several(free, rung) is { Fits: true } fit ? fit : null,
            DeviceLayout.ExpertsOnCpu => Experts(free, rung),
            _ => Partial(free, rung),
        };

    /// <summary>What the division over all GPUs lacks; null when there are no two, or the rung is a partial one.</summary>
    public static NodeFit? Closest(FreeMemory free, Rung rung) =>
        rung.Layout == DeviceLayout.SeveralGpus ? Several(free, rung) : null;

    private static NodeFit? Several(FreeMemory free, Rung rung)
    {
        if (rung.Candidate.Split is not { } split || free.Ledger.Gpus.Length < 2)
        {
            return null;
        }

        // A division needs at least the weights: without that much room there is nothing to try.
        int[] roomy = Roomy(free);
        long room = roomy.Sum(g => Math.Max(0, free.Of(g)));
        NodeFit? last = null;
        for (int count = 2; count <= roomy.Length && count <= split.Layers; count++)
        {
            bool isLast = count == roomy.Length;
            if (!isLast && roomy.Take(count).Sum(free.Of) < (rung.Candidate.OnGpu?.Weights ?? 0))
            {
                continue;
            }

            last = Balance(free, rung, split, InOrder(roomy, count), split.Layers);
            if (last is null or { Fits: true } || room < (rung.Candidate.OnGpu?.Weights ?? 0))
            {
                return last;
            }
        }

        return last;
    }

    // On the GPU with the most room, with as few experts on the CPU as fit.
    private static NodeFit? Experts(FreeMemory free, Rung rung)
    {
        if (rung.Candidate.Split is not { } split || free.Ledger.Gpus.Length == 0 || free.Ledger.Cpu is null)
        {
            return null;
        }

        int gpu = Roomy(free)[0];
        NodeFit? best = null;
        int low = 1;
        int high = split.ExpertLayers;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (WithExperts(free, rung, split, gpu, middle) is not { } fit)
            {
                return best;
            }

            if (fit.Fits)
            {
                best = fit;
            }

            // Too little room on the GPU asks for more on the CPU; too little RAM for less.
            if (fit.LeftBytes < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return best;
    }

    private static NodeFit? WithExperts(FreeMemory free, Rung rung, ISplitMemory split, int gpu, int experts)
    {
        if (split.WithExpertsOnCpu(experts) is not { } general)
        {
            return null;
        }

        SplitTerms terms = general with
        {
            Gpus = [free.Ledger.TermsOn(gpu, general.Gpus[0], rung.Candidate)],
        };
        NodeFit fit = FitOf(free, rung, [gpu], [split.Layers], terms);
        return fit with { Layout = fit.Layout with { LayersPerGpu = [], CpuExpertLayers = experts } };
    }

    private static NodeFit? Partial(FreeMemory free, Rung rung)
    {
        if (rung.Candidate.Split is not { } split || free.Ledger.Gpus.Length == 0 || free.Ledger.Cpu is null)
        {
            return null;
        }

        int[] roomy = Roomy(free);
        int least = Math.Max(1, (int)Math.Ceiling(split.Layers * PlacementConstants.LeastPartialShare));
        NodeFit? best = null;
        foreach (int count in new[] { 1, roomy.Length }.Distinct())
        {
            int[] gpus = InOrder(roomy, count);
            int low = Math.Max(least, LayersOf(best) + 1);
            int high = split.Layers - 1;
            // More layers need more memory: the most that fit are found by halving.
            while (low <= high)
            {
                int middle = (low + high + 1) / 2;
                if (Balance(free, rung, split, gpus, middle) is { Fits: true } fit)
                {
                    best = fit;
                    low = middle + 1;
                }
                else
                {
                    high = middle - 1;
                }
            }
        }

        return best;
    }

    // Starts in proportion to the room of each GPU and moves single layers from the fullest to the emptiest.
    private static NodeFit? Balance(FreeMemory free, Rung rung, ISplitMemory split, int[] gpus, int layers)
    {
        int[] division = Proportional(layers, [.. gpus.Select(g => Math.Max(1, free.Of(g)))]);
        NodeFit? best = null;
        for (int attempt = 0; attempt <= layers; attempt++)
        {
            if (split.Of(division) is not { } general)
            {
                return best;
            }

            SplitTerms terms = general with
            {
                Gpus = [.. gpus.Select((g, i) => free.Ledger.TermsOn(g, general.Gpus[i], rung.Candidate))],
            };

            NodeFit fit = FitOf(free, rung, gpus, division, terms);
            if (best is null || fit.MissingBytes < best.MissingBytes)
            {
                best = fit;
            }
            else if (attempt > gpus.Length)
            {
                return best;
            }

            if (fit.Fits || gpus.Length == 1)
            {
                return best;
            }

            long[] left = [.. gpus.Select((g, i) => free.Of(g) - terms.Gpus[i].Total)];
            int from = Array.IndexOf(left, left.Min());
            int to = Array.IndexOf(left, left.Max());
            if (division[from] <= 1 || from == to)
            {
                return best;
            }

            division = [.. division];
            division[from]--;
            division[to]++;
        }

        return best;
    }

    private static NodeFit FitOf(FreeMemory free, Rung rung, int[] gpus, int[] division, SplitTerms terms)
    {
        NodeLedger ledger = free.Ledger;
        List<DeviceClaim> claims =
        [
            .. gpus.Select((g, i) => new DeviceClaim(ledger.Devices[g].Name, terms.Gpus[i])),
        ];
        long unlisted = 0;
        if (terms.Host.Total > 0 && ledger.Cpu is { } cpu)
        {
            claims.Add(new DeviceClaim(cpu.Name, terms.Host));
        }
        else
        {
            unlisted = terms.Host.Total;
        }

        return new NodeFit(
            rung,
            new PlacementLayout(rung.Layout, [.. gpus.Select(g => ledger.Devices[g].Name)], division),
            claims,
            gpus.Select((g, i) => free.Of(g) - terms.Gpus[i].Total).Min(),
            free.Missing(claims) + unlisted
        );
    }

    // By largest remainder; every GPU gets at least one layer.
    private static int[] Proportional(int layers, long[] room)
    {
        double sum = room.Sum(r => (double)r);
        double[] exact = [.. room.Select(r => layers * (r / sum))];
        int[] division = [.. exact.Select(e => Math.Max(1, (int)e))];
        while (division.Sum() < layers)
        {
            int next = Enumerable.Range(0, room.Length).MaxBy(i => exact[i] - division[i]);
            division[next]++;
        }

        while (division.Sum() > layers)
        {
            division[Array.IndexOf(division, division.Max())]--;
        }

        return division;
    }

    private static int[] Roomy(FreeMemory free) =>
        [
            .. free
                .Ledger.Gpus.OrderBy(g => free.Ledger.Devices[g].Kind == DeviceKind.IntegratedGpu ? 1 : 0)
                .ThenByDescending(free.Of)
                .ThenBy(g => g),
        ];

    private static int[] InOrder(int[] roomy, int count) => [.. roomy.Take(count).Order()];

    private static int LayersOf(NodeFit? fit) => fit?.Layout.LayersPerGpu.Sum() ?? 0;
}
