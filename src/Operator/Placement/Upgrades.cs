namespace LlmOperator.Operator.Placement;

/// <summary>
/// Gives what is left of the devices to new replicas that stand on a low rung: always the step that gains most value a
/// byte, on the device where the replica is.
/// </summary>
internal static class Upgrades
{
    public static void Run(PlacementState state)
    {
        // Replicas of one model stay alike.
        List<NewSlot> slots = [.. NewSlot.All(state).Where(s => s.Model.Wanted == 1)];
        while (slots.Select(s => Best(s)).Where(b => b is not null).MaxBy(b => b!.Value.Gain) is { } best)
        {
            NewSlot slot = best.Slot;
            NewReplicas.Drop(slot.Model, slot.Ledger);
            NewReplicas.Take(slot.Model, slot.Ledger, best.Fit);
            slots[slots.IndexOf(slot)] = slot with { Rung = best.Fit.Rung };
        }
    }

    private static (NewSlot Slot, NodeFit Fit, double Gain)? Best(NewSlot slot)
    {
        (NewSlot Slot, NodeFit Fit, double Gain)? best = null;
        FreeMemory free = new(slot.Ledger, slot.Model.Model.IsShared);
        long room = free.Of(slot.Device);
        foreach (Rung rung in slot.Model.Ladder.TakeWhile(r => r.Order < slot.Rung.Order))
        {
            if (rung.Layout != slot.Rung.Layout || rung.Bytes is not { } bytes)
            {
                continue;
            }

            long more = bytes - slot.Rung.Bytes!.Value;
            double gain = slot.Weight * (rung.Value - slot.Rung.Value) / Math.Max(1, more);
            if (gain <= 0 || more > room || gain <= best?.Gain)
            {
                continue;
            }

            if (Moved(slot, rung) is { } fit)
            {
                best = (slot, fit, gain);
            }
        }

        return best;
    }

    // As if the replica were not there: on the very device where it is.
    private static NodeFit? Moved(NewSlot slot, Rung rung)
    {
        IReadOnlyList<DeviceClaim> present = slot.Model.Assignments[slot.Ledger.Node.Name].Claims;
        bool isShared = slot.Model.Model.IsShared;
        slot.Ledger.Release(present, isShared);
        FreeMemory free = new(slot.Ledger, isShared);
        NodeFit? fit =
            rung.Layout == DeviceLayout.Gpu
                ? FitSearch.OnGpu(free, rung, slot.Device)
                : FitSearch.Best(free, rung);
        slot.Ledger.Claim(present, isShared);
        return fit is { Fits: true } && slot.Ledger.HasDiskFor(rung.Candidate) ? fit : null;
    }
}
