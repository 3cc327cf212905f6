namespace LlmOperator.Operator.Placement;

/// <summary>
/// Fourth step: replicas that are loaded in a way that is not wanted any more are renewed, one at a time while the
/// others answer: on their own node where the new way fits there, else elsewhere. Where there is no room they stay.
/// </summary>
internal static class OutdatedReplicas
{
    public static void Renew(PlacementState state, ModelState model)
    {
        List<PlacementAssignment> outdated =
        [
            .. model
                .Assignments.Values.Where(a => a.Change == AssignmentChange.KeptOutdated)
                // What does not answer loses nothing by a restart.
                .OrderBy(a => model.IsHealthy(a.Node) ? 1 : 0)
                .ThenBy(a => a.Node, StringComparer.Ordinal),
        ];
        int current = model.Assignments.Values.Count(a => a.Change == AssignmentChange.Kept);
        int surplus = Math.Max(0, current + outdated.Count - model.Model.Replicas);
        // A successor is on its way for each of these; they only wait for it to answer.
        foreach (PlacementAssignment waiting in outdated.TakeLast(surplus))
        {
            model.Superseded.Add(waiting.Node);
        }

        foreach (PlacementAssignment assignment in outdated.SkipLast(surplus))
        {
            bool isHealthy = model.IsHealthy(assignment.Node);
            if (isHealthy && OthersAnswering(model, assignment.Node) < model.Model.Replicas - 1)
            {
                return;
            }

            if (!RenewInPlace(state, model, assignment))
            {
                // It keeps answering until the new one elsewhere does.
                model.Superseded.Add(assignment.Node);
                if (!NewReplicas.Place(state, model, 1))
                {
                    model.Superseded.Remove(assignment.Node);
                    model.Lacks = true;
                }
            }
        }
    }

    private static int OthersAnswering(ModelState model, string node) =>
        model.Assignments.Values.Count(a =>
            a.Node != node
            && model.IsHealthy(a.Node)
            && a.Change is AssignmentChange.Kept or AssignmentChange.KeptOutdated
        );

    private static bool RenewInPlace(PlacementState state, ModelState model, PlacementAssignment assignment)
    {
        NodeLedger ledger = state.Find(assignment.Node)!;
        if (NodeEligibility.Refusal(ledger.Node, model.Model) is not null)
        {
            return false;
        }

        ledger.Release(assignment.Claims);
        (PlacementCandidate Candidate, DeviceFit Fit)? best = NewReplicas.BestOn(ledger, model);
        ledger.Claim(best?.Fit.Claims ?? assignment.Claims);
        if (best is not { } found)
        {
            return false;
        }

        model.Assignments[assignment.Node] = assignment with
        {
            CandidateId = found.Candidate.Id,
            Claims = found.Fit.Claims,
            IsOnGpu = found.Fit.Device.Kind != DeviceKind.Cpu,
            Change = AssignmentChange.Updated,
        };
        return true;
    }
}
