namespace LlmOperator.Operator.Placement;

/// <summary>
/// Second step: where a budget became smaller than what is claimed, or a device vanished, replicas go until the rest
/// fits; the lowest priority and the youngest first.
/// </summary>
internal static class BudgetEviction
{
    public static void Run(PlacementState state)
    {
        foreach (NodeLedger ledger in state.Ledgers.Values)
        {
            foreach (ModelState model in state.Models)
            {
                EvictFromVanished(ledger, model);
            }

            foreach (PlacementDevice device in ledger.Devices)
            {
                EvictDownTo(state, ledger, device);
            }
        }
    }

    private static void EvictFromVanished(NodeLedger ledger, ModelState model)
    {
        // A node that is not ready may simply not have reported its devices yet.
        if (
            ledger.Node.State == NodeState.Ready
            && model.Assignments.TryGetValue(ledger.Node.Name, out PlacementAssignment? assignment)
            && assignment.Claims.Any(c => ledger.Devices.All(d => d.Name != c.Device))
        )
        {
            model.Remove(ledger.Node.Name, RemovalReason.BudgetExceeded);
        }
    }

    private static void EvictDownTo(PlacementState state, NodeLedger ledger, PlacementDevice device)
    {
        // What is on its way out already frees its bytes soon; only the rest has to fit.
        long staying = state
            .Models.Select(m => m.Assignments.GetValueOrDefault(ledger.Node.Name))
            .Sum(a => BytesOn(a, ledger, device));
        foreach (ModelState model in state.Models.Reverse())
        {
            long bytes = BytesOn(model.Assignments.GetValueOrDefault(ledger.Node.Name), ledger, device);
            if (staying <= device.BudgetBytes)
            {
                return;
            }

            if (bytes > 0)
            {
                model.Remove(ledger.Node.Name, RemovalReason.BudgetExceeded);
                staying -= bytes;
            }
        }
    }

    private static long BytesOn(PlacementAssignment? assignment, NodeLedger ledger, PlacementDevice device) =>
        assignment?.Claims.Where(c => ledger.CountsOn(c, device)).Sum(c => c.Terms.Total) ?? 0;
}
