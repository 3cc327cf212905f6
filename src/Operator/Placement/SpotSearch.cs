namespace LlmOperator.Operator.Placement;

/// <summary>Finds nodes where a rung fits.</summary>
internal static class SpotSearch
{
    /// <summary>All nodes without a replica of the model where a rung fits, in no order.</summary>
    public static IEnumerable<Spot> All(PlacementState state, ModelState model, Rung rung)
    {
        Dictionary<string, int>? domains = Domains(state, model);
        foreach (NodeLedger ledger in state.Eligible(model.Model))
        {
            if (!model.OccupiedNodes.Contains(ledger.Node.Name) && On(ledger, model, rung) is { } spot)
            {
                yield return domains is null ? spot : spot with { Domain = CountOf(domains, model, ledger) };
            }
        }
    }

    /// <summary>The best of them; null when there is none.</summary>
    public static Spot? Best(PlacementState state, ModelState model, Rung rung)
    {
        Spot? best = null;
        foreach (Spot spot in All(state, model, rung))
        {
            if (best is not { } known || spot.IsBetterThan(known))
            {
                best = spot;
            }
        }

        return best;
    }

    /// <summary>How a rung would lie on a node; null when it does not fit. The domain is not looked at.</summary>
    public static Spot? On(NodeLedger ledger, ModelState model, Rung rung)
    {
        FreeMemory free = new(ledger, model.Model.IsShared);
        long left;
        NodeFit? fit = null;
        if (rung.Layout == DeviceLayout.Gpu)
        {
            int gpu = FitSearch.TightestGpu(free, rung.Candidate);
            if (gpu < 0)
            {
                return null;
            }

            left = free.Of(gpu) - ledger.TermsOn(gpu, rung.Candidate.OnGpu!.Value, rung.Candidate).Total;
        }
        else
        {
            fit = FitSearch.Best(free, rung);
            if (fit is null)
            {
                return null;
            }

            left = fit.LeftBytes;
        }

        long pull = ledger.PullBytes(rung.Candidate);
        return ledger.HasDiskFor(rung.Candidate)
            ? new Spot(ledger, 0, NodeEligibility.Reluctance(ledger.Node, model.Model), pull, left, fit)
            : null;
    }

    private static Dictionary<string, int>? Domains(PlacementState state, ModelState model) =>
        model.Model.SpreadLabel is null
            ? null
            : model
                .Assignments.Keys.Where(n => !model.Superseded.Contains(n))
                .Select(n => DomainOf(model, state.Find(n)))
                .CountBy(d => d)
                .ToDictionary();

    private static int CountOf(Dictionary<string, int> domains, ModelState model, NodeLedger ledger) =>
        domains.GetValueOrDefault(DomainOf(model, ledger));

    // Nodes without the label are one domain together.
    private static string DomainOf(ModelState model, NodeLedger? ledger) =>
        ledger?.Node.Labels.GetValueOrDefault(model.Model.SpreadLabel!) ?? "";
}
