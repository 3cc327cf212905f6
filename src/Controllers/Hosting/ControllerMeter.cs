using System.Diagnostics.Metrics;

namespace LlmOperator.Controllers.Hosting;

/// <summary>The meter of the controller runtime. Its instruments keep the names of controller-runtime (C54), so that existing dashboards work.</summary>
public static class ControllerMeter
{
    /// <summary>Name for exporters.</summary>
    public const string Name = "LlmOperator.Controllers";

    internal static Meter Meter { get; } = new(Name);

    /// <summary>Buckets of durations in seconds, as controller-runtime's reconcile histogram, thinned.</summary>
    internal static InstrumentAdvice<double> Seconds { get; } =
        new()
        {
            HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
        };
}
