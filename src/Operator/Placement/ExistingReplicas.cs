namespace LlmOperator.Operator.Placement;

/// <summary>First step: books what exists, and lets go of what is on lost nodes or not tolerated any more.</summary>
internal static class ExistingReplicas
{
    public static void Settle(PlacementState state, ModelState model)
    {
        foreach (
            PlacementReplica replica in model.Model.Existing.OrderBy(r => r.Node, StringComparer.Ordinal)
        )
        {
            NodeLedger? ledger = state.Find(replica.Node);
            ledger?.Claim(
                replica.Claims,
                replica.IsShared,
                replica.IsDeleting ? ClaimKind.Leaving : ClaimKind.Held
            );
            model.OccupiedNodes.Add(replica.Node);
            if (replica.IsDeleting)
            {
                continue;
            }

            if (ledger is null || (ledger.Node.State == NodeState.Lost && !state.IsPartition))
            {
                model.Remove(ledger, replica.Node, RemovalReason.NodeLost);
                continue;
            }

            if (NodeEligibility.Expels(ledger.Node, model.Model))
            {
                model.Remove(ledger, replica.Node, RemovalReason.NotTolerated);
                continue;
            }

            model.Assignments[replica.Node] = new PlacementAssignment
            {
                Model = model.Model.Key,
                Node = replica.Node,
                CandidateId = replica.CandidateId,
                Claims = replica.Claims,
                Change = IsCurrent(model.Model, ledger, replica)
                    ? AssignmentChange.Kept
                    : AssignmentChange.KeptOutdated,
            };
        }
    }

    // As long as the ways to load a model are not known, nothing about a replica can be called outdated.
    private static bool IsCurrent(PlacementModel model, NodeLedger ledger, PlacementReplica replica)
    {
        if (model.IsUnknown)
        {
            return true;
        }

        if (replica.RanOut)
        {
            return false;
        }

        bool onGpu = replica.Claims.Any(c =>
            ledger.IndexOf(c.Device) is >= 0 and int device && ledger.Devices[device].Kind != DeviceKind.Cpu
        );
        bool onAllowedDevice = model.Devices switch
        {
            DevicePreference.CpuOnly => !onGpu,
            DevicePreference.GpuOnly => onGpu,
            _ => true,
        };
        return onAllowedDevice
            && replica.IsShared == model.IsShared
            && model.Candidates.Any(c => c.Id == replica.CandidateId)
            && (NodeEligibility.Mismatch(ledger.Node, model)?.Reason is not RefusalReason.SelectorMismatch);
    }
}
