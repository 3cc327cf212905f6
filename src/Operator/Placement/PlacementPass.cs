namespace LlmOperator.Operator.Placement;

/// <summary>
/// Places all that is missing, one priority after the other: what is outdated is renewed, then every model gets a
/// first replica, the largest first, then its further ones; at last those that found no room take that of lower
/// priorities.
/// </summary>
internal static class PlacementPass
{
    /// <summary>Places all that is missing.</summary>
    /// <param name="state">World; changed.</param>
    /// <param name="startsSmall">
    /// Places everything on the rung that takes the fewest bytes, so that as many as possible find room; what is left
    /// is given out afterwards (see <see cref="Upgrades"/>).
    /// </param>
    public static void Run(PlacementState state, bool startsSmall)
    {
        foreach (
            IGrouping<int, ModelState> equals in state
                .Models.Where(m => !m.Model.IsUnknown)
                .GroupBy(m => m.Model.Priority)
        )
        {
            foreach (ModelState model in equals)
            {
                OutdatedReplicas.Renew(state, model);
            }

            List<ModelState> missing = [.. equals.Where(m => m.Missing > 0)];
            foreach (ModelState model in missing.Where(m => m.Model.IsEveryNode))
            {
                EveryNode.Place(state, model);
            }

            List<ModelState> bySize =
            [
                .. missing
                    .Where(m => !m.Model.IsEveryNode)
                    .OrderByDescending(SmallestBytes)
                    .ThenBy(m => m.Model.Age)
                    .ThenBy(m => m.Model.Key, StringComparer.Ordinal),
            ];
            foreach (ModelState model in bySize.Where(m => m.CountTowardsWanted == 0))
            {
                Place(state, model, 1, startsSmall);
            }

            foreach (ModelState model in bySize.Where(m => m.CountTowardsWanted > 0))
            {
                Place(state, model, model.Missing, startsSmall);
            }

            foreach (ModelState model in bySize.Where(m => m.Missing > 0))
            {
                Preemption.MakeRoom(state, model);
            }
        }
    }

    private static void Place(PlacementState state, ModelState model, int count, bool startsSmall)
    {
        for (int i = 0; i < count; i++)
        {
            bool isPlaced =
                (
                    startsSmall
                    && model.Wanted == 1
                    && Smallest(model) is { } rung
                    && NewReplicas.PlaceOn(state, model, rung)
                ) || NewReplicas.PlaceOne(state, model, model.Missing);
            if (!isPlaced)
            {
                return;
            }
        }
    }

    /// <summary>The rung that takes the fewest bytes of the kind of device that the model prefers.</summary>
    public static Rung? Smallest(ModelState model)
    {
        DeviceLayout wanted =
            model.Model.Devices == DevicePreference.CpuOnly ? DeviceLayout.Cpu : DeviceLayout.Gpu;
        return model.Ladder.Where(r => r.Layout == wanted && r.Bytes is not null).MinBy(r => r.Bytes);
    }

    private static long SmallestBytes(ModelState model) => Smallest(model)?.Bytes ?? 0;
}
