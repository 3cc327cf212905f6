namespace LlmOperator.Operator.Placement;

/// <summary>
/// Decides where replicas run: a pure function from a snapshot to a plan. What runs stays where it is as long as it is
/// wanted; new replicas go, by priority, to the node with the most free memory. On every device the sum of all claims,
/// those of replicas on their way out included, stays within the budget.
/// </summary>
internal static class PlacementPlanner
{
    /// <summary>The plan for a snapshot. Equal snapshots give equal plans, whatever the order of their lists.</summary>
    public static PlacementPlan Plan(PlacementSnapshot snapshot)
    {
        PlacementState state = new(snapshot);
        foreach (ModelState model in state.Models)
        {
            ExistingReplicas.Settle(state, model);
        }

        BudgetEviction.Run(state);
        foreach (ModelState model in state.Models)
        {
            ScaleDown.Run(state, model);
        }

        foreach (ModelState model in state.Models.Where(m => !m.Model.IsUnknown))
        {
            OutdatedReplicas.Renew(state, model);
            NewReplicas.Place(state, model, model.Model.Replicas - model.CountTowardsWanted);
        }

        return new PlacementPlan
        {
            Assignments = [.. state.Models.SelectMany(m => m.Assignments.Values)],
            Removals = [.. state.Models.SelectMany(m => m.Removals)],
            Refusals = [.. state.Models.SelectMany(m => Refusals.For(state, m))],
            IsPartition = state.IsPartition,
        };
    }
}
