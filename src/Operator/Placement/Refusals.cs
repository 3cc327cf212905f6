namespace LlmOperator.Operator.Placement;

/// <summary>Explains, for a model that lacks replicas, why each node without one was refused.</summary>
internal static class Refusals
{
    public static IEnumerable<PlacementRefusal> For(PlacementState state, ModelState model) =>
        model.Lacks ? state.Ledgers.Select(l => Of(l, model)).OfType<PlacementRefusal>() : [];

    /// <summary>What a node has to say of a model.</summary>
    public static ExplainedNode Explain(NodeLedger ledger, ModelState model)
    {
        FreeMemory free = new(ledger, model.Model.IsShared);
        List<NodeFit> ways =
        [
            .. model
                .Ladder.Select(r => FitSearch.Best(free, r) ?? FitSearch.Closest(free, r))
                .OfType<NodeFit>(),
        ];
        bool isPlaced = model.Assignments.ContainsKey(ledger.Node.Name);
        PlacementRefusal? refusal = isPlaced ? null : Of(ledger, model);
        bool fits = refusal?.Reason == RefusalReason.InsufficientMemory && ways.Any(f => f.Fits);
        return new ExplainedNode(ledger.Node.Name, isPlaced, fits ? null : refusal, ways);
    }

    private static PlacementRefusal? Of(NodeLedger ledger, ModelState model)
    {
        string node = ledger.Node.Name;
        if (
            model.Assignments.TryGetValue(node, out PlacementAssignment? assignment)
            && assignment.Change != AssignmentChange.KeptOutdated
        )
        {
            return null;
        }

        if (NodeEligibility.Refusal(ledger.Node, model.Model) is { } refusal)
        {
            return Refuse(model, node, refusal.Reason, refusal.Message);
        }

        if (assignment is null && model.OccupiedNodes.Contains(node) && !model.AwaitedNodes.Contains(node))
        {
            return Refuse(
                model,
                node,
                RefusalReason.ReplicaStopping,
                "a replica of the model is still stopping there"
            );
        }

        if (Closest(ledger, model) is not { } fit)
        {
            return Refuse(
                model,
                node,
                RefusalReason.NoSuitableDevice,
                "it has no device that can hold the model"
            );
        }

        if (fit.Fits && ledger.MissingDisk(fit.Rung.Candidate) is > 0 and var missing)
        {
            return new PlacementRefusal(
                model.Model.Key,
                node,
                RefusalReason.InsufficientDisk,
                missing,
                $"{node}: its disk has no room for the {ByteText.Of(ledger.PullBytes(fit.Rung.Candidate))} that would be pulled for {fit.Rung.Candidate.Description}; {ByteText.Of(missing)} is missing"
            );
        }

        bool waits = model.AwaitedNodes.Contains(node);
        string text = RefusalText.Of(fit);
        return new PlacementRefusal(
            model.Model.Key,
            node,
            waits ? RefusalReason.WaitingForRoom : RefusalReason.InsufficientMemory,
            fit.MissingBytes,
            waits ? $"{node}: room is being made, replicas are leaving; {text}" : $"{node}: {text}"
        );
    }

    // The way to load and the device that lack least.
    private static NodeFit? Closest(NodeLedger ledger, ModelState model)
    {
        FreeMemory free = new(ledger, model.Model.IsShared);
        return model
            .Ladder.Select(r => FitSearch.Closest(free, r))
            .Where(f => f is not null)
            .MinBy(f => f!.MissingBytes);
    }

    private static PlacementRefusal Refuse(
        ModelState model,
        string node,
        RefusalReason reason,
        string message
    ) => new(model.Model.Key, node, reason, 0, $"{node}: {message}");
}
