namespace LlmOperator.Operator.Placement;

/// <summary>Third step: removes replicas that are not wanted any more; those that serve worst go first.</summary>
internal static class ScaleDown
{
    public static void Run(PlacementState state, ModelState model)
    {
        int wanted = model.Wanted;
        if (wanted > 0 && !HasSuccessors(model, wanted))
        {
            // An outdated replica goes only when enough up-to-date ones answer.
            RemoveSurplus(state, model, wanted, a => a.Change == AssignmentChange.Kept);
            return;
        }

        RemoveSurplus(state, model, wanted, _ => true);
    }

    private static bool HasSuccessors(ModelState model, int wanted) =>
        model.Assignments.Values.All(a => a.Change == AssignmentChange.Kept)
        || model.Assignments.Values.Count(a => a.Change == AssignmentChange.Kept && model.IsHealthy(a.Node))
            >= wanted;

    private static void RemoveSurplus(
        PlacementState state,
        ModelState model,
        int wanted,
        Func<PlacementAssignment, bool> counts
    )
    {
        List<PlacementAssignment> counted = [.. model.Assignments.Values.Where(counts)];
        IEnumerable<PlacementAssignment> worstFirst = counted
            .OrderBy(a => a.Change == AssignmentChange.KeptOutdated ? 0 : 1)
            .ThenBy(a => model.IsHealthy(a.Node) ? 1 : 0)
            .ThenBy(a => state.Find(a.Node)?.Node is { State: NodeState.Ready, IsCordoned: false } ? 1 : 0)
            .ThenByDescending(a => a.Node, StringComparer.Ordinal);
        foreach (PlacementAssignment assignment in worstFirst.Take(Math.Max(0, counted.Count - wanted)))
        {
            bool outdated = assignment.Change == AssignmentChange.KeptOutdated;
            model.Remove(
                state.Find(assignment.Node),
                assignment.Node,
                outdated && wanted > 0 ? RemovalReason.Replaced : RemovalReason.ScaledDown
            );
        }
    }
}
