namespace LlmOperator.Operator.Placement;

/// <summary>
/// Makes room for a model by letting replicas of lower priority go: never of equal or higher, never of one that was
/// there for less than the least residence, never on a partition, and as few and as unimportant ones as possible. The
/// model is placed when they have left; until then the room is kept for it.
/// </summary>
internal static class Preemption
{
    /// <summary>Lets replicas go for those that a model misses.</summary>
    public static void MakeRoom(PlacementState state, ModelState model)
    {
        // Those whose room is on its way need no further victims; others go on where no victim is needed.
        while (model.Missing > model.AwaitedNodes.Count && Await(state, model)) { }

        bool isLowest = model.Model.Priority <= state.Models[^1].Model.Priority;
        if (!model.Model.CanPreempt || state.IsPartition || isLowest)
        {
            return;
        }

        while (model.Missing > model.AwaitedNodes.Count && Preempt(state, model)) { }
    }

    private static bool Await(PlacementState state, ModelState model)
    {
        List<NodeLedger> clearing = [.. Candidates(state, model, isWaiting: true).Where(l => l.IsClearing)];
        foreach (Rung rung in model.Ladder)
        {
            foreach (NodeLedger ledger in clearing)
            {
                FreeMemory later = new(ledger, model.Model.IsShared, IsLater: true);
                if (FitSearch.Best(later, rung) is { } fit)
                {
                    Reserve(model, ledger, fit);
                    return true;
                }
            }
        }

        return false;
    }

    private static bool Preempt(PlacementState state, ModelState model)
    {
        PreemptionChoice? best = null;
        foreach (NodeLedger ledger in Candidates(state, model, isWaiting: false))
        {
            if (
                PreemptionChoice.On(state, model, ledger) is { } choice
                && (best is null || choice.IsBetterThan(best))
            )
            {
                best = choice;
            }
        }

        if (best is null)
        {
            return false;
        }

        foreach (ModelState victim in best.Victims)
        {
            victim.Remove(best.Ledger, best.Ledger.Node.Name, RemovalReason.Preempted);
            victim.Lacks = true;
        }

        Reserve(model, best.Ledger, best.Fit);
        return true;
    }

    // A node where a replica of the model itself is on its way out can be waited for as well.
    private static IEnumerable<NodeLedger> Candidates(
        PlacementState state,
        ModelState model,
        bool isWaiting
    ) =>
        state
            .Eligible(model.Model)
            .Where(l =>
                !model.Assignments.ContainsKey(l.Node.Name)
                && !model.AwaitedNodes.Contains(l.Node.Name)
                && (isWaiting || !model.OccupiedNodes.Contains(l.Node.Name))
            );

    private static void Reserve(ModelState model, NodeLedger ledger, NodeFit fit)
    {
        ledger.Claim(fit.Claims, model.Model.IsShared, ClaimKind.Awaited);
        model.AwaitedNodes.Add(ledger.Node.Name);
    }
}
