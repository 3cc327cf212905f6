namespace LlmOperator.Telemetry.Prometheus;

/// <summary>What a <see cref="PrometheusExporter"/> listens to, and how much it keeps.</summary>
public sealed record PrometheusExporterOptions
{
    /// <summary>Names of the meters to export.</summary>
    public required IReadOnlyList<string> MeterNames { get; init; }

    /// <summary>
    /// Exports only meters made with this very scope (<c>MeterOptions.Scope</c>), so that parts that run in one process
    /// stay apart. Null, the default, exports the meters of every scope.
    /// </summary>
    public object? Scope { get; init; }

    /// <summary>Most series that are kept; measurements of further ones are counted and dropped. Default 10,000.</summary>
    public int MaxSeries { get; init; } = 10_000;

    /// <summary>Upper bounds of the buckets of histograms that advise none, in the instrument's unit; default Prometheus' own.</summary>
    public IReadOnlyList<double> DefaultBuckets { get; init; } =
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
}
