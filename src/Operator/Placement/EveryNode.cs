namespace LlmOperator.Operator.Placement;

/// <summary>Models that want a replica on every node that suits.</summary>
internal static class EveryNode
{
    /// <summary>Counts the nodes that suit, and removes replicas from those that do not any more.</summary>
    public static void Count(PlacementState state, ModelState model)
    {
        if (!model.Model.IsEveryNode)
        {
            return;
        }

        foreach (string node in model.Assignments.Keys.ToList())
        {
            NodeLedger ledger = state.Find(node)!;
            if (NodeEligibility.Mismatch(ledger.Node, model.Model) is not null && !model.Model.IsUnknown)
            {
                model.Remove(ledger, node, RemovalReason.ScaledDown);
            }
        }

        model.Wanted = model
            .Assignments.Keys.Concat(state.Eligible(model.Model).Select(l => l.Node.Name))
            .Distinct(StringComparer.Ordinal)
            .Count();
    }

    /// <summary>Places a replica on every node that suits and lacks one.</summary>
    public static void Place(PlacementState state, ModelState model)
    {
        foreach (NodeLedger ledger in state.Eligible(model.Model).ToList())
        {
            if (
                !model.OccupiedNodes.Contains(ledger.Node.Name)
                && NewReplicas.BestOn(ledger, model) is { } fit
            )
            {
                NewReplicas.Take(model, ledger, fit);
            }
        }

        if (model.Missing > 0)
        {
            Preemption.MakeRoom(state, model);
        }
    }
}
