namespace LlmOperator.Operator.Placement;

/// <summary>
/// The present way of loading a replica, with room for what the engine projects where that passed what was reserved:
/// the plan was too small, not the node. Pure.
/// </summary>
internal static class LargerReservation
{
    /// <summary>How the same way would lie on the node; null when its memory did for it, or when it does not fit.</summary>
    public static NodeFit? On(NodeLedger ledger, ModelState model)
    {
        if (
            model.ExistingOn(ledger.Node.Name)
                is not { RanOut: true, Projected: { } projected, Layout: { } layout } replica
            || model.Ladder.FirstOrDefault(r => r.Key == Rung.KeyOf(replica.CandidateId, layout.Kind))
                is not { } rung
            || Enlarged(ledger, rung.Candidate, layout, projected) is not { } enlarged
        )
        {
            return null;
        }

        return FitSearch.Best(
            new FreeMemory(ledger, model.Model.IsShared),
            rung with
            {
                Candidate = enlarged,
            }
        );
    }

    // The projection has the engine's buffers; what engine and driver take besides is added as in every plan.
    private static PlacementCandidate? Enlarged(
        NodeLedger ledger,
        PlacementCandidate candidate,
        PlacementLayout layout,
        IReadOnlyDictionary<string, long> projected
    )
    {
        if (TermsOf(candidate, layout) is not { } planned)
        {
            return null;
        }

        long host = ledger.Cpu is { } cpu ? Excess(projected, cpu.Name, planned.Host) : 0;
        // The layers may be divided anew: what one GPU lacked is given to each.
        long gpu = layout
            .Gpus.Zip(planned.Gpus, (name, terms) => Excess(projected, name, terms))
            .DefaultIfEmpty()
            .Max();
        // Bytes on a device that the way does not use are none that a larger reservation would cover.
        bool isCovered = projected.All(p =>
            p.Value == 0 || p.Key == ledger.Cpu?.Name || layout.Gpus.Contains(p.Key)
        );
        return !isCovered || host + gpu == 0
            ? null
            : candidate with
            {
                OnGpu = candidate.OnGpu is { } onGpu ? Add(onGpu, gpu) : null,
                BesideGpu = Add(candidate.BesideGpu, host),
                OnCpu = candidate.OnCpu is { } onCpu ? Add(onCpu, host) : null,
                Split = candidate.Split is { } split ? new EnlargedSplit(split, host, gpu) : null,
            };
    }

    private static SplitTerms? TermsOf(PlacementCandidate candidate, PlacementLayout layout) =>
        layout.Kind switch
        {
            DeviceLayout.Gpu => candidate.OnGpu is { } onGpu
                ? new SplitTerms(candidate.BesideGpu, [onGpu])
                : null,
            DeviceLayout.Cpu => candidate.OnCpu is { } onCpu ? new SplitTerms(onCpu, []) : null,
            DeviceLayout.ExpertsOnCpu => candidate.Split?.WithExpertsOnCpu(layout.CpuExpertLayers),
            _ => candidate.Split?.Of(layout.LayersPerGpu),
        };

    private static long Excess(
        IReadOnlyDictionary<string, long> projected,
        string device,
        MemoryTerms planned
    ) => Math.Max(0, projected.GetValueOrDefault(device) - (planned.Total - planned.Overhead));

    private static MemoryTerms Add(MemoryTerms terms, long bytes) =>
        terms with
        {
            Compute = terms.Compute + bytes,
        };

    private sealed class EnlargedSplit(ISplitMemory planned, long host, long gpu) : ISplitMemory
    {
        public int Layers => planned.Layers;

        public int ExpertLayers => planned.ExpertLayers;

        public SplitTerms? Of(IReadOnlyList<int> layersPerGpu) => Enlarged(planned.Of(layersPerGpu));

        public SplitTerms? WithExpertsOnCpu(int layers) => Enlarged(planned.WithExpertsOnCpu(layers));

        private SplitTerms? Enlarged(SplitTerms? terms) =>
            terms is null
                ? null
                : new SplitTerms(Add(terms.Host, host), [.. terms.Gpus.Select(t => Add(t, gpu))]);
    }
}
