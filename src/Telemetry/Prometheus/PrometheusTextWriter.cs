using System.Globalization;
using System.Text;

namespace LlmOperator.Telemetry.Prometheus;

/// <summary>
/// Writes the Prometheus text format 0.0.4:
/// <code>
/// # HELP llmop_pull_bytes_total Bytes fetched.
/// # TYPE llmop_pull_bytes_total counter
/// llmop_pull_bytes_total{source="ollama"} 4096
/// </code>
/// </summary>
internal sealed class PrometheusTextWriter
{
    private readonly StringBuilder _text = new();

    public override string ToString() => _text.ToString();

    public void Header(string name, string help, MetricKind kind)
    {
        if (help.Length > 0)
        {
            _text.Append("# HELP ").Append(name).Append(' ');
            _text.Append(
                help.Replace("\\", "\\\\", StringComparison.Ordinal)
                    .Replace("\n", "\\n", StringComparison.Ordinal)
            );
            _text.Append('\n');
        }

        string type = kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Gauge => "gauge",
            _ => "histogram",
        };
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    public void Sample(string name, string labels, double value)
    {
        _text.Append(name);
        if (labels.Length > 0)
        {
            _text.Append('{').Append(labels).Append('}');
        }

        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    public void Histogram(string name, MetricSeries series, ReadOnlySpan<double> bounds)
    {
        long cumulated = 0;
        string separator = series.Labels.Length > 0 ? "," : "";
        for (int i = 0; i <= bounds.Length; i++)
        {
            cumulated += series.Buckets[i];
            string bound = i < bounds.Length ? Number(bounds[i]) : "+Inf";
            Sample(name + "_bucket", $"{series.Labels}{separator}le=\"{bound}\"", cumulated);
        }

        Sample(name + "_sum", series.Labels, series.Sum);
        Sample(name + "_count", series.Labels, cumulated);
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : double.IsNaN(value) ? "NaN"
        : value.ToString("R", CultureInfo.InvariantCulture);
}
