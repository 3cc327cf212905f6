namespace LlmOperator.Operator.Placement;

/// <summary>Holds rungs against a node: where the layers would go and what that leaves. Pure.</summary>
internal static class FitSearch
{
    /// <summary>The best way to put a rung on a node; null when it does not fit.</summary>
    public static NodeFit? Best(FreeMemory free, Rung rung)
    {
        switch (rung.Layout)
        {
            case DeviceLayout.Gpu:
                return TightestGpu(free, rung.Candidate) is >= 0 and int gpu ? OnGpu(free, rung, gpu) : null;
            case DeviceLayout.Cpu:
                return OnCpu(free, rung) is { Fits: true } fit ? fit : null;
            default:
                return SplitSearch.Best(free, rung);
        }
    }

    /// <summary>What a rung lacks on a node, on the device that lacks least; null when the node has no such device.</summary>
    public static NodeFit? Closest(FreeMemory free, Rung rung) =>
        rung.Layout switch
        {
            DeviceLayout.Gpu => rung.Candidate.OnGpu is null
                ? null
                : free.Ledger.Gpus.Select(g => OnGpu(free, rung, g)).MinBy(f => f.MissingBytes),
            DeviceLayout.Cpu => OnCpu(free, rung),
            _ => SplitSearch.Closest(free, rung),
        };

    /// <summary>
    /// The GPU that would be left with the fewest bytes, so that large gaps stay whole; -1 when none has room. GPUs
    /// with memory of their own come before those that share the RAM.
    /// </summary>
    public static int TightestGpu(FreeMemory free, PlacementCandidate candidate)
    {
        if (candidate.OnGpu is not { } terms)
        {
            return -1;
        }

        int best = -1;
        long bestLeft = long.MaxValue;
        bool bestIsIntegrated = true;
        foreach (int gpu in free.Ledger.Gpus)
        {
            bool isIntegrated = free.Ledger.Devices[gpu].Kind == DeviceKind.IntegratedGpu;
            long needed = free.Ledger.TermsOn(gpu, terms, candidate).Total;
            long left = free.Of(gpu) - needed;
            long ram = candidate.BesideGpu.Total + (isIntegrated ? needed : 0);
            if (left < 0 || (ram > 0 && ram > free.OfCpu()))
            {
                continue;
            }

            if (best < 0 || (isIntegrated, left).CompareTo((bestIsIntegrated, bestLeft)) < 0)
            {
                (best, bestLeft, bestIsIntegrated) = (gpu, left, isIntegrated);
            }
        }

        return best;
    }

    /// <summary>A rung on one GPU, whether it fits or not.</summary>
    public static NodeFit OnGpu(FreeMemory free, Rung rung, int gpu)
    {
        NodeLedger ledger = free.Ledger;
        MemoryTerms terms = ledger.TermsOn(gpu, rung.Candidate.OnGpu!.Value, rung.Candidate);
        List<DeviceClaim> claims = [new DeviceClaim(ledger.Devices[gpu].Name, terms)];
        if (rung.Candidate.BesideGpu.Total > 0 && ledger.Cpu is { } cpu)
        {
            claims.Add(new DeviceClaim(cpu.Name, rung.Candidate.BesideGpu));
        }

        long unlisted = ledger.Cpu is null ? rung.Candidate.BesideGpu.Total : 0;
        return new NodeFit(
            rung,
            PlacementLayout.Gpu(ledger.Devices[gpu].Name),
            claims,
            free.Of(gpu) - terms.Total,
            free.Missing(claims) + unlisted
        );
    }

    private static NodeFit? OnCpu(FreeMemory free, Rung rung)
    {
        if (rung.Candidate.OnCpu is not { } terms || free.Ledger.Cpu is not { } cpu)
        {
            return null;
        }

        DeviceClaim[] claims = [new DeviceClaim(cpu.Name, terms)];
        return new NodeFit(
            rung,
            PlacementLayout.Cpu,
            claims,
            free.OfCpu() - terms.Total,
            free.Missing(claims)
        );
    }
}
