namespace LlmOperator.Operator.Placement;

/// <summary>
/// Places what is missing. Among the rungs of a kind of layout the one that places most replicas wins, the better one
/// when equal, so that the replicas of a model answer alike; among nodes see <see cref="Spot"/>.
/// </summary>
internal static class NewReplicas
{
    /// <summary>Places up to a number of replicas; returns how many found a place.</summary>
    public static int Place(PlacementState state, ModelState model, int count)
    {
        int missing = count;
        while (missing > 0 && BestRung(state, model, missing) is { } rung)
        {
            if (!PlaceOn(state, model, rung))
            {
                break;
            }

            missing--;
        }

        return count - missing;
    }

    /// <summary>Places one replica; false when it found no place.</summary>
    /// <param name="state">World.</param>
    /// <param name="model">Model.</param>
    /// <param name="alike">Replicas that shall be loaded alike, this one included.</param>
    public static bool PlaceOne(PlacementState state, ModelState model, int alike) =>
        BestRung(state, model, alike) is { } rung && PlaceOn(state, model, rung);

    /// <summary>Places one replica on a rung; false when it fits nowhere.</summary>
    public static bool PlaceOn(PlacementState state, ModelState model, Rung rung)
    {
        if (SpotSearch.Best(state, model, rung) is not { } spot)
        {
            return false;
        }

        Take(model, spot.Ledger, spot.Materialize(rung, model.Model.IsShared));
        return true;
    }

    /// <summary>The rung that a model would be placed on; null when none fits anywhere.</summary>
    /// <param name="state">World.</param>
    /// <param name="model">Model.</param>
    /// <param name="count">Replicas that shall be loaded alike.</param>
    public static Rung? BestRung(PlacementState state, ModelState model, int count)
    {
        foreach (IGrouping<int, Rung> sameKind in InOrder(model).GroupBy(r => KindOf(r.Layout)))
        {
            Rung? best = null;
            int most = 0;
            foreach (Rung rung in sameKind)
            {
                int places = SpotSearch.All(state, model, rung).Take(count).Count();
                if (places > most)
                {
                    (best, most) = (rung, places);
                    if (places >= count)
                    {
                        return best;
                    }
                }
            }

            if (best is not null)
            {
                return best;
            }
        }

        return null;
    }

    /// <summary>The best rung that fits on one node; null when none does.</summary>
    public static NodeFit? BestOn(NodeLedger ledger, ModelState model)
    {
        FreeMemory free = new(ledger, model.Model.IsShared);
        return InOrder(model)
            .Where(r => ledger.HasDiskFor(r.Candidate) && !model.IsExhausted(ledger.Node.Name, r))
            .Select(r => FitSearch.Best(free, r))
            .FirstOrDefault(f => f is not null);
    }

    /// <summary>Puts a new replica on a node.</summary>
    public static void Take(ModelState model, NodeLedger ledger, NodeFit fit)
    {
        ledger.Claim(fit.Claims, model.Model.IsShared);
        ledger.Pull(fit.Rung.Candidate);
        model.OccupiedNodes.Add(ledger.Node.Name);
        model.Assignments[ledger.Node.Name] = new PlacementAssignment
        {
            Model = model.Model.Key,
            Node = ledger.Node.Name,
            CandidateId = fit.Rung.Candidate.Id,
            Claims = fit.Claims,
            Layout = fit.Layout,
            Value = PlacementValue.Of(fit),
            Change = AssignmentChange.New,
        };
    }

    /// <summary>Takes a new replica away again.</summary>
    public static void Drop(ModelState model, NodeLedger ledger)
    {
        ledger.Release(model.Assignments[ledger.Node.Name].Claims, model.Model.IsShared);
        model.OccupiedNodes.Remove(ledger.Node.Name);
        model.Assignments.Remove(ledger.Node.Name);
    }

    // What the model's other replicas run comes first, so that all of them answer alike where possible.
    private static IEnumerable<Rung> InOrder(ModelState model)
    {
        if (model.Assignments.Count == 0)
        {
            return model.Ladder;
        }

        HashSet<string> inUse =
        [
            .. model
                .Assignments.Values.Where(a => a.Change != AssignmentChange.KeptOutdated)
                .Select(a => a.CandidateId),
        ];
        return model
            .Ladder.OrderBy(r => KindOf(r.Layout))
            .ThenBy(r => inUse.Contains(r.Candidate.Id) ? 0 : 1);
    }

    private static int KindOf(DeviceLayout layout) =>
        layout switch
        {
            DeviceLayout.Gpu or DeviceLayout.SeveralGpus => 0,
            DeviceLayout.ExpertsOnCpu or DeviceLayout.Partial => 1,
            _ => 2,
        };
}
