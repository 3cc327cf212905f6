namespace LlmOperator.Operator.Placement;

/// <summary>The replicas of a node that would have to go for a model. The smallest choice does least harm.</summary>
internal sealed class PreemptionChoice
{
    private readonly int _highestPriority;
    private readonly long _bytes;

    private PreemptionChoice(NodeLedger ledger, NodeFit fit, List<ModelState> victims)
    {
        Ledger = ledger;
        Fit = fit;
        Victims = victims;
        _highestPriority = victims.Count == 0 ? int.MinValue : victims.Max(v => v.Model.Priority);
        _bytes = victims.Sum(v => BytesOf(v, ledger));
    }

    public NodeLedger Ledger { get; }

    /// <summary>How the model will lie.</summary>
    public NodeFit Fit { get; }

    /// <summary>Models whose replicas on the node would go.</summary>
    public IReadOnlyList<ModelState> Victims { get; }

    /// <summary>The least harm that makes room on a node; null when no harm that is allowed does.</summary>
    public static PreemptionChoice? On(PlacementState state, ModelState model, NodeLedger ledger)
    {
        List<ModelState> lower =
        [
            .. state
                .StayingOn(ledger.Node.Name)
                .Where(m => m.Model.Priority < model.Model.Priority)
                .OrderBy(m => m.Model.Priority)
                .ThenBy(m => BytesOf(m, ledger))
                .ThenBy(m => m.Model.Key, StringComparer.Ordinal),
        ];
        if (lower.Count == 0)
        {
            return null;
        }

        List<ModelState> settled = [.. lower.Where(m => Wait(state, m, ledger) <= TimeSpan.Zero)];
        if (settled.Count > 0 && Choose(model, ledger, settled) is { } choice)
        {
            return choice;
        }

        if (settled.Count < lower.Count && Choose(model, ledger, lower) is { } sooner)
        {
            // It would help if some had been there for longer: another plan then.
            state.Retry(sooner.Victims.Max(v => Wait(state, v, ledger)));
        }

        return null;
    }

    /// <summary>True when this one does less harm.</summary>
    public bool IsBetterThan(PreemptionChoice other)
    {
        int order = _highestPriority.CompareTo(other._highestPriority);
        order = order != 0 ? order : Victims.Count.CompareTo(other.Victims.Count);
        order = order != 0 ? order : _bytes.CompareTo(other._bytes);
        return order != 0 ? order < 0 : string.CompareOrdinal(Ledger.Node.Name, other.Ledger.Node.Name) < 0;
    }

    private static PreemptionChoice? Choose(ModelState model, NodeLedger ledger, List<ModelState> lower)
    {
        // All of them may go, from the least important on, until the model fits; then each that need not stays.
        List<ModelState> gone = [];
        NodeFit? fit = null;
        foreach (ModelState victim in lower)
        {
            SetGone(victim, ledger, isGone: true);
            gone.Add(victim);
            fit = Fits(model, ledger);
            if (fit is not null)
            {
                break;
            }
        }

        for (int i = gone.Count - 2; fit is not null && i >= 0; i--)
        {
            ModelState spared = gone[i];
            SetGone(spared, ledger, isGone: false);
            if (Fits(model, ledger) is { } still)
            {
                fit = still;
                gone.RemoveAt(i);
            }
            else
            {
                SetGone(spared, ledger, isGone: true);
            }
        }

        PreemptionChoice? choice = fit is null ? null : new PreemptionChoice(ledger, fit, [.. gone]);
        foreach (ModelState victim in gone)
        {
            SetGone(victim, ledger, isGone: false);
        }

        return choice;
    }

    private static NodeFit? Fits(ModelState model, NodeLedger ledger)
    {
        FreeMemory later = new(ledger, model.Model.IsShared, IsLater: true);
        return model
            .Ladder.Where(r => ledger.HasDiskFor(r.Candidate))
            .Select(r => FitSearch.Best(later, r))
            .FirstOrDefault(f => f is not null);
    }

    private static void SetGone(ModelState victim, NodeLedger ledger, bool isGone)
    {
        PlacementReplica replica = victim.ExistingOn(ledger.Node.Name)!;
        if (isGone)
        {
            ledger.BeginLeaving(replica.Claims, replica.IsShared);
        }
        else
        {
            ledger.Return(replica.Claims, replica.IsShared);
        }
    }

    private static TimeSpan Wait(PlacementState state, ModelState model, NodeLedger ledger) =>
        state.Snapshot.LeastResidence - model.ExistingOn(ledger.Node.Name)!.Residence;

    private static long BytesOf(ModelState model, NodeLedger ledger) =>
        model.ExistingOn(ledger.Node.Name)?.Claims.Sum(c => c.Terms.Total) ?? 0;
}
