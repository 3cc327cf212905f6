namespace LlmOperator.Operator.Placement;

/// <summary>
/// Replicas that are loaded in a way that is not wanted any more are renewed, one at a time while the others answer:
/// on their own node where the new way fits there, else elsewhere. Where there is no room they stay.
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
        if (outdated.Count == 0)
        {
            return;
        }

        int current = model.Assignments.Values.Count(a => a.Change == AssignmentChange.Kept);
        int surplus = Math.Max(0, current + outdated.Count - model.Wanted);
        // A successor is on its way for each of these; they only wait for it to answer.
        foreach (PlacementAssignment waiting in outdated.TakeLast(surplus))
        {
            model.Superseded.Add(waiting.Node);
        }

        foreach (PlacementAssignment assignment in outdated.SkipLast(surplus))
        {
            bool isHealthy = model.IsHealthy(assignment.Node);
            if (isHealthy && OthersAnswering(model, assignment.Node) < model.Wanted - 1)
            {
                return;
            }

            if (!RenewInPlace(state, model, assignment))
            {
                MoveElsewhere(state, model, assignment);
            }
        }
    }

    private static void MoveElsewhere(PlacementState state, ModelState model, PlacementAssignment assignment)
    {
        // It keeps answering until the new one elsewhere does.
        model.Superseded.Add(assignment.Node);
        if (model.Model.IsEveryNode || NewReplicas.Place(state, model, 1) == 0)
        {
            model.Superseded.Remove(assignment.Node);
            model.Lacks = true;
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

        PlacementReplica replica = model.ExistingOn(assignment.Node)!;
        bool wasShared = replica.IsShared;
        ledger.Release(assignment.Claims, wasShared);
        NodeFit? larger = LargerReservation.On(ledger, model);
        NodeFit? best = larger ?? NewReplicas.BestOn(ledger, model);
        // Until the agent has taken the change, on each device the larger of before and after is held.
        List<DeviceClaim> meanwhile = Larger(assignment.Claims, best?.Claims ?? []);
        // Nor does it take turns before the change is written, which may be after what else this plan writes.
        bool sharesNow = wasShared && model.Model.IsShared;
        if (best is not { } found || new FreeMemory(ledger, sharesNow).Missing(meanwhile) > 0)
        {
            ledger.Claim(assignment.Claims, wasShared);
            return false;
        }

        ledger.Claim(meanwhile, sharesNow, ClaimKind.Leaving);
        ledger.Claim(found.Claims, model.Model.IsShared, ClaimKind.Awaited);
        ledger.Pull(found.Rung.Candidate);
        model.Assignments[assignment.Node] = assignment with
        {
            CandidateId = found.Rung.Candidate.Id,
            Claims = found.Claims,
            Layout = found.Layout,
            Value = PlacementValue.Of(found),
            IsEnlarged = larger is not null,
            Exhausted = larger is null
                ? replica.Exhausted
                : [.. replica.Exhausted.Where(k => k != larger.Rung.Key)],
            Change = AssignmentChange.Updated,
        };
        return true;
    }

    private static List<DeviceClaim> Larger(
        IReadOnlyList<DeviceClaim> before,
        IReadOnlyList<DeviceClaim> after
    ) => [.. before.Concat(after).GroupBy(c => c.Device).Select(g => g.MaxBy(c => c.Terms.Total)!)];
}
