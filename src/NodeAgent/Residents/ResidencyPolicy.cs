namespace LlmOperator.NodeAgent.Residents;

/// <summary>
/// Which models leave memory so that another one can be loaded: the set that costs least to load again, a model that was
/// idle for twice as long counting half as likely to be wanted next. Pure.
/// </summary>
internal static class ResidencyPolicy
{
    // Up to here every set is compared; a node has seldom more models in memory that take turns.
    private const int MostCompared = 12;

    /// <summary>
    /// The models that have to leave now; empty when there is room or it is on its way; null when nothing helps yet,
    /// because what would have to leave is in use.
    /// </summary>
    /// <param name="needs">Bytes that the next model needs, by device.</param>
    /// <param name="room">Bytes that all that take turns may hold together, by device.</param>
    /// <param name="residents">What is in memory.</param>
    /// <param name="mayInterrupt">Lets models leave that are in use: they finish their requests first.</param>
    public static IReadOnlyList<Resident>? Leavers(
        IReadOnlyDictionary<string, long> needs,
        IReadOnlyDictionary<string, long> room,
        IReadOnlyCollection<Resident> residents,
        bool mayInterrupt = false
    )
    {
        List<Resident> staying = [.. residents.Where(r => !r.IsLeaving)];
        if (Fits(needs, room, staying))
        {
            return [];
        }

        // Those that are cheapest to lose come first, and only so many are looked at.
        List<Resident> able =
        [
            .. residents
                .Where(r => !r.IsLeaving && (mayInterrupt || r.Idle > TimeSpan.Zero))
                .OrderBy(Cost)
                .ThenBy(r => r.Name, StringComparer.Ordinal)
                .Take(MostCompared),
        ];
        List<Resident>? best = null;
        double least = double.PositiveInfinity;
        for (int set = 1; set < 1 << able.Count; set++)
        {
            List<Resident> leaving = [.. able.Where((_, i) => (set & (1 << i)) != 0)];
            double cost = leaving.Sum(Cost);
            if (cost < least && Fits(needs, room, [.. staying.Except(leaving)]))
            {
                (best, least) = (leaving, cost);
            }
        }

        return best;
    }

    /// <summary>True when the next model fits beside what is in memory, those on their way out included.</summary>
    public static bool Fits(
        IReadOnlyDictionary<string, long> needs,
        IReadOnlyDictionary<string, long> room,
        IReadOnlyCollection<Resident> residents
    ) =>
        needs.All(need =>
            need.Value + residents.Sum(r => r.Bytes.GetValueOrDefault(need.Key))
            <= room.GetValueOrDefault(need.Key)
        );

    // What it costs to load it again, times how likely that is soon.
    private static double Cost(Resident resident) =>
        Max(resident.ReloadCost, s_least) / Max(resident.Idle, s_least);

    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(1);

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
