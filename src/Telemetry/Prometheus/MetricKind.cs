namespace LlmOperator.Telemetry.Prometheus;

/// <summary>Type of a metric in the text format.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}
