namespace LlmOperator.PlacementBench;

/// <summary>
/// More than any division can be worth: all room in one pool, and the last step taken in part. Of each item the upper
/// convex hull of its options is taken, the steepest step first.
/// </summary>
internal static class FractionalBound
{
    /// <summary>The bound.</summary>
    /// <param name="room">Bytes in all.</param>
    /// <param name="items">Options of each item, those that fit nowhere left out.</param>
    public static double Of(long room, IEnumerable<IEnumerable<(long Bytes, double Value)>> items)
    {
        double value = 0;
        double left = room;
        foreach (
            (double bytes, double gain) in items.SelectMany(Steps).OrderByDescending(s => s.Gain / s.Bytes)
        )
        {
            if (left <= 0)
            {
                break;
            }

            double share = Math.Min(1, left / bytes);
            value += share * gain;
            left -= share * bytes;
        }

        return value;
    }

    private static List<(double Bytes, double Gain)> Steps(IEnumerable<(long Bytes, double Value)> options)
    {
        List<(double Bytes, double Value)> hull = [(0, 0)];
        foreach ((long bytes, double value) in options.OrderBy(o => o.Bytes).ThenByDescending(o => o.Value))
        {
            if (value <= hull[^1].Value)
            {
                continue;
            }

            while (hull.Count > 1 && Slope(hull[^2], (bytes, value)) >= Slope(hull[^2], hull[^1]))
            {
                hull.RemoveAt(hull.Count - 1);
            }

            hull.Add((bytes, value));
        }

        return [.. hull.Zip(hull.Skip(1), (a, b) => (Math.Max(1, b.Bytes - a.Bytes), b.Value - a.Value))];
    }

    private static double Slope((double Bytes, double Value) from, (double Bytes, double Value) to) =>
        (to.Value - from.Value) / Math.Max(1, to.Bytes - from.Bytes);
}
