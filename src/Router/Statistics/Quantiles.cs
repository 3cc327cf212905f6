namespace LlmOperator.Router.Statistics;

/// <summary>Median and 90th percentile of the last samples.</summary>
/// <param name="Median">Median.</param>
/// <param name="P90">90th percentile.</param>
/// <param name="Samples">Number of samples.</param>
internal sealed record Quantiles(double Median, double P90, int Samples)
{
    /// <summary>95th percentile.</summary>
    public double P95 { get; init; } = P90;
}
