using System.Diagnostics.Metrics;

namespace LlmOperator.Telemetry.Prometheus;

/// <summary>All series of one metric name. Thread-safe.</summary>
internal sealed class MetricFamily
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);
    private readonly double[] _bounds;
    private readonly bool _adds;

    public MetricFamily(string name, string help, MetricKind kind, Instrument instrument, double[] bounds)
    {
        Name = name;
        Help = help;
        Kind = kind;
        IsObservable = instrument.IsObservable;
        // An observable counter reports its total and a gauge its value; the others report differences.
        _adds = !instrument.IsObservable && !IsGauge(instrument);
        _bounds = kind == MetricKind.Histogram ? bounds : [];
    }

    public string Name { get; }

    public string Help { get; }

    public MetricKind Kind { get; }

    public bool IsObservable { get; }

    /// <summary>Instruments of this name that are alive; guarded by the exporter.</summary>
    public int Instruments { get; set; }

    /// <summary>Records one measurement.</summary>
    /// <param name="labels">Labels as they are written.</param>
    /// <param name="value">The measurement.</param>
    /// <param name="budget">Room for new series.</param>
    /// <returns>False when the series is new and there is no room for it.</returns>
    public bool Record(string labels, double value, SeriesBudget budget)
    {
        lock (_lock)
        {
            if (!_series.TryGetValue(labels, out MetricSeries? series))
            {
                if (!budget.TryTake())
                {
                    return false;
                }

                series = new MetricSeries(labels, _bounds.Length);
                _series.Add(labels, series);
            }

            if (Kind == MetricKind.Histogram)
            {
                series.Observe(value, _bounds);
            }
            else if (_adds)
            {
                series.Add(value);
            }
            else
            {
                series.Set(value);
            }

            return true;
        }
    }

    /// <summary>Forgets all series.</summary>
    public void Clear(SeriesBudget budget)
    {
        lock (_lock)
        {
            budget.Release(_series.Count);
            _series.Clear();
        }
    }

    public void Write(PrometheusTextWriter writer)
    {
        lock (_lock)
        {
            if (_series.Count == 0)
            {
                return;
            }

            writer.Header(Name, Help, Kind);
            foreach (MetricSeries series in _series.Values.OrderBy(s => s.Labels, StringComparer.Ordinal))
            {
                if (Kind == MetricKind.Histogram)
                {
                    writer.Histogram(Name, series, _bounds);
                }
                else
                {
                    writer.Sample(Name, series.Labels, series.Value);
                }
            }
        }
    }

    private static bool IsGauge(Instrument instrument)
    {
        Type type = instrument.GetType();
        return type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Gauge<>);
    }
}
