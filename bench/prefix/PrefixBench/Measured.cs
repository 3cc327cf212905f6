using System.Globalization;

namespace LlmOperator.PrefixBench;

/// <summary>What a round measured of one strategy.</summary>
/// <param name="FirstToken">Median of the milliseconds to the first token.</param>
/// <param name="SlowFirstToken">The 90th percentile.</param>
/// <param name="Seconds">Time of all conversations.</param>
/// <param name="Requests">Number of requests.</param>
/// <param name="Evaluated">Prompt tokens that engines evaluated.</param>
/// <param name="Cached">Those that came from their caches.</param>
internal sealed record Measured(
    double FirstToken,
    double SlowFirstToken,
    double Seconds,
    int Requests,
    double Evaluated,
    double Cached
)
{
    public static Measured Of(IReadOnlyList<Sample> samples, TimeSpan wall)
    {
        double[] times = [.. samples.Select(s => s.FirstToken).Order()];
        return new Measured(
            Quantile(times, 0.5),
            Quantile(times, 0.9),
            wall.TotalSeconds,
            samples.Count,
            samples.Sum(s => s.Evaluated),
            samples.Sum(s => s.Cached)
        );
    }

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"first token {FirstToken:0} ms, p90 {SlowFirstToken:0} ms, wall {Seconds:0.0} s, {Requests} requests, evaluated {Evaluated}, cached {Cached}"
        );

    private static double Quantile(double[] sorted, double share) =>
        sorted[(int)Math.Ceiling(sorted.Length * share) - 1];
}
