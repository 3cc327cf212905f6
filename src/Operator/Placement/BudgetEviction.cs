namespace LlmOperator.Operator.Placement;

/// <summary>
/// Second step: where a budget became smaller than what is claimed, or a device vanished, replicas go until the rest
/// fits; the lowest priority and the youngest first.
/// </summary>
internal static class BudgetEviction
{
    public static void Run(PlacementState state)
    {
        foreach (NodeLedger ledger in state.Ledgers)
        {
            List<ModelState> models = [.. state.StayingOn(ledger.Node.Name)];
            foreach (ModelState model in models)
            {
                EvictFromVanished(ledger, model);
            }

            for (int device = 0; device < ledger.Devices.Count; device++)
            {
                EvictDownTo(models, ledger, device);
            }
        }
    }

    private static void EvictFromVanished(NodeLedger ledger, ModelState model)
    {
        // A node that is not ready may simply not have reported its devices yet.
        if (
            ledger.Node.State == NodeState.Ready
            && model.Assignments.TryGetValue(ledger.Node.Name, out PlacementAssignment? assignment)
            && assignment.Claims.Any(c => ledger.IndexOf(c.Device) < 0)
        )
        {
            model.Remove(ledger, ledger.Node.Name, RemovalReason.BudgetExceeded);
        }
    }

    private static void EvictDownTo(List<ModelState> models, NodeLedger ledger, int device)
    {
        // What is on its way out already frees its bytes soon; only the rest has to fit.
        foreach (ModelState model in Enumerable.Reverse(models))
        {
            if (ledger.FreeLater(device) >= 0)
            {
                return;
            }

            if (
                model.Assignments.TryGetValue(ledger.Node.Name, out PlacementAssignment? assignment)
                && assignment.Claims.Any(c => c.Terms.Total > 0 && ledger.CountsOn(c, device))
            )
            {
                model.Remove(ledger, ledger.Node.Name, RemovalReason.BudgetExceeded);
            }
        }
    }
}
