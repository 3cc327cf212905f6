namespace LlmOperator.Operator.Placement;

/// <summary>
/// Tries to place what found no room by moving one new replica to another device. What runs is never moved.
/// </summary>
internal static class Repair
{
    public static void Run(PlacementState state)
    {
        foreach (ModelState model in state.Models.Where(m => m.Missing > 0 && !m.Model.IsEveryNode).ToList())
        {
            while (model.Missing > 0 && (NewReplicas.PlaceOne(state, model, 1) || MoveOne(state, model))) { }
        }
    }

    private static bool MoveOne(PlacementState state, ModelState model)
    {
        if (PlacementPass.Smallest(model) is not { Bytes: { } bytes } rung)
        {
            return false;
        }

        foreach (NewSlot slot in NewSlot.All(state).Where(s => s.Model != model).ToList())
        {
            bool isEligible =
                slot.Rung.Layout == rung.Layout
                && !model.OccupiedNodes.Contains(slot.Ledger.Node.Name)
                && NodeEligibility.Refusal(slot.Ledger.Node, model.Model) is null;
            FreeMemory free = new(slot.Ledger, model.Model.IsShared);
            if (
                isEligible
                && free.Of(slot.Device) + slot.Rung.Bytes >= bytes
                && Swap(state, model, rung, slot)
            )
            {
                return true;
            }
        }

        return false;
    }

    // The new one takes the place, the old one goes elsewhere on the same rung; otherwise everything is as it was.
    private static bool Swap(PlacementState state, ModelState model, Rung rung, NewSlot slot)
    {
        PlacementAssignment before = slot.Model.Assignments[slot.Ledger.Node.Name];
        NewReplicas.Drop(slot.Model, slot.Ledger);
        FreeMemory free = new(slot.Ledger, model.Model.IsShared);
        if (FitSearch.Best(free, rung) is { } fit)
        {
            NewReplicas.Take(model, slot.Ledger, fit);
            if (NewReplicas.PlaceOn(state, slot.Model, slot.Rung))
            {
                return true;
            }

            NewReplicas.Drop(model, slot.Ledger);
        }

        slot.Ledger.Claim(before.Claims, slot.Model.Model.IsShared);
        slot.Model.OccupiedNodes.Add(slot.Ledger.Node.Name);
        slot.Model.Assignments[slot.Ledger.Node.Name] = before;
        return false;
    }
}
