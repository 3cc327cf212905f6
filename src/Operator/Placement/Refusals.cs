namespace LlmOperator.Operator.Placement;

/// <summary>Explains, for a model that lacks replicas, why each node without one was refused.</summary>
internal static class Refusals
{
    public static IEnumerable<PlacementRefusal> For(PlacementState state, ModelState model) =>
        model.Lacks ? state.Ledgers.Values.Select(l => Of(l, model)).OfType<PlacementRefusal>() : [];

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
            return new PlacementRefusal(
                model.Model.Key,
                node,
                refusal.Reason,
                0,
                $"{node}: {refusal.Message}"
            );
        }

        if (assignment is null && model.OccupiedNodes.Contains(node))
        {
            return new PlacementRefusal(
                model.Model.Key,
                node,
                RefusalReason.ReplicaStopping,
                0,
                $"{node}: a replica of the model is still stopping there"
            );
        }

        (PlacementCandidate Candidate, DeviceFit Fit)? closest = Closest(ledger, model.Model);
        return closest is { } found
            ? new PlacementRefusal(
                model.Model.Key,
                node,
                RefusalReason.InsufficientMemory,
                found.Fit.MissingBytes,
                Message(node, found.Candidate, found.Fit)
            )
            : new PlacementRefusal(
                model.Model.Key,
                node,
                RefusalReason.NoSuitableDevice,
                0,
                $"{node}: it has no device that can hold the model"
            );
    }

    // The way to load and the device that lack least.
    private static (PlacementCandidate, DeviceFit)? Closest(NodeLedger ledger, PlacementModel model) =>
        NodeEligibility
            .Layouts(model.Devices)
            .SelectMany(layout =>
                model.Candidates.SelectMany(c => DeviceFit.Of(ledger, c, layout).Select(f => (c, f)))
            )
            .Select(p => ((PlacementCandidate, DeviceFit)?)p)
            .MinBy(p => p!.Value.Item2.MissingBytes);

    private static string Message(string node, PlacementCandidate candidate, DeviceFit fit)
    {
        string beside =
            fit.Claims.Count > 1
                ? $" and {ByteText.Of(fit.Claims[1].Terms.Total)} on {fit.Claims[1].Device}"
                : "";
        MemoryTerms terms = fit.Claims[0].Terms;
        return $"{node}: {candidate.Description} needs {ByteText.Of(terms.Total)} on {fit.Device.Name}{beside} "
            + $"({ByteText.Of(terms.Weights)} weights, {ByteText.Of(terms.KvCache)} KV cache, "
            + $"{ByteText.Of(terms.Compute)} compute, {ByteText.Of(terms.Overhead)} overhead); "
            + $"{ByteText.Of(Math.Max(0, fit.FreeBytes))} is free, {ByteText.Of(fit.MissingBytes)} is missing";
    }
}
