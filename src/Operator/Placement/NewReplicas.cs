namespace LlmOperator.Operator.Placement;

/// <summary>
/// Last step: places what is missing. Layouts are tried in the order of the preference; within one, the way to load
/// that places most replicas wins, the better one when equal; nodes with the most free memory come first.
/// </summary>
internal static class NewReplicas
{
    /// <summary>Places up to a number of replicas; false when not all found a place.</summary>
    public static bool Place(PlacementState state, ModelState model, int count)
    {
        int missing = count;
        foreach (DeviceLayout layout in NodeEligibility.Layouts(model.Model.Devices))
        {
            while (missing > 0)
            {
                int placed = PlaceMost(state, model, layout, missing);
                if (placed == 0)
                {
                    break;
                }

                missing -= placed;
            }
        }

        model.Lacks |= missing > 0;
        return missing <= 0;
    }

    /// <summary>The first layout and the best way to load that fits on one node, or null.</summary>
    public static (PlacementCandidate Candidate, DeviceFit Fit)? BestOn(NodeLedger ledger, ModelState model)
    {
        foreach (DeviceLayout layout in NodeEligibility.Layouts(model.Model.Devices))
        {
            foreach (PlacementCandidate candidate in InOrder(model))
            {
                if (BestFit(ledger, candidate, layout) is { } fit)
                {
                    return (candidate, fit);
                }
            }
        }

        return null;
    }

    private static int PlaceMost(PlacementState state, ModelState model, DeviceLayout layout, int count)
    {
        (PlacementCandidate Candidate, List<(NodeLedger Ledger, DeviceFit Fit)> Places)? best = null;
        foreach (PlacementCandidate candidate in InOrder(model))
        {
            List<(NodeLedger, DeviceFit)> places = Places(state, model, candidate, layout);
            if (Math.Min(places.Count, count) > Math.Min(best?.Places.Count ?? 0, count))
            {
                best = (candidate, places);
            }
        }

        if (best is not { } chosen)
        {
            return 0;
        }

        foreach ((NodeLedger ledger, DeviceFit fit) in chosen.Places.Take(count))
        {
            ledger.Claim(fit.Claims);
            model.OccupiedNodes.Add(ledger.Node.Name);
            model.Assignments[ledger.Node.Name] = new PlacementAssignment
            {
                Model = model.Model.Key,
                Node = ledger.Node.Name,
                CandidateId = chosen.Candidate.Id,
                Claims = fit.Claims,
                IsOnGpu = fit.Device.Kind != DeviceKind.Cpu,
                Change = AssignmentChange.New,
            };
        }

        return Math.Min(chosen.Places.Count, count);
    }

    // What the model's other replicas run comes first, so that all of them answer alike where possible.
    private static IEnumerable<PlacementCandidate> InOrder(ModelState model)
    {
        HashSet<string> inUse =
        [
            .. model
                .Assignments.Values.Where(a => a.Change != AssignmentChange.KeptOutdated)
                .Select(a => a.CandidateId),
        ];
        return model.Model.Candidates.OrderBy(c => inUse.Contains(c.Id) ? 0 : 1);
    }

    private static List<(NodeLedger Ledger, DeviceFit Fit)> Places(
        PlacementState state,
        ModelState model,
        PlacementCandidate candidate,
        DeviceLayout layout
    ) =>
        [
            .. state
                .Ledgers.Values.Where(l =>
                    !model.OccupiedNodes.Contains(l.Node.Name)
                    && NodeEligibility.Refusal(l.Node, model.Model) is null
                )
                .Select(l => (Ledger: l, Fit: BestFit(l, candidate, layout)))
                .Where(p => p.Fit is not null)
                .Select(p => (p.Ledger, Fit: p.Fit!))
                .OrderByDescending(p => p.Fit.FreeBytes)
                .ThenBy(p => p.Ledger.Node.Name, StringComparer.Ordinal),
        ];

    private static DeviceFit? BestFit(NodeLedger ledger, PlacementCandidate candidate, DeviceLayout layout) =>
        DeviceFit
            .Of(ledger, candidate, layout)
            .Where(f => f.Fits)
            .OrderByDescending(f => f.FreeBytes)
            .FirstOrDefault();
}
