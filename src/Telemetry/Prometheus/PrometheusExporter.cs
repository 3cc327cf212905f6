using System.Diagnostics.Metrics;
using System.Text;

namespace LlmOperator.Telemetry.Prometheus;

/// <summary>
/// Keeps the measurements of meters and writes them in the Prometheus text format 0.0.4. Instruments of one name share
/// their series. Memory is bounded by <see cref="PrometheusExporterOptions.MaxSeries"/>. Thread-safe.
/// </summary>
public sealed class PrometheusExporter : IDisposable
{
    /// <summary>Media type of the format.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private const string DroppedName = "llmop_telemetry_dropped_measurements_total";

    private readonly Lock _lock = new();
    private readonly Lock _collecting = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly PrometheusExporterOptions _options;
    private readonly SeriesBudget _budget;
    private readonly LabelCache _labels = new();

    /// <summary>Exports the meters of these names, with the defaults of <see cref="PrometheusExporterOptions"/>.</summary>
    public PrometheusExporter(params string[] meterNames)
        : this(new PrometheusExporterOptions { MeterNames = meterNames }) { }

    /// <summary>Exports as <paramref name="options"/> say.</summary>
    public PrometheusExporter(PrometheusExporterOptions options)
    {
        _options = options;
        _budget = new SeriesBudget(options.MaxSeries);
        _listener.InstrumentPublished = OnPublished;
        _listener.MeasurementsCompleted = OnCompleted;
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<short>((_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<byte>((_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<decimal>(
            (_, value, tags, state) => Record((double)value, tags, state)
        );
        _listener.Start();
    }

    /// <summary>Stops listening.</summary>
    public void Dispose() => _listener.Dispose();

    /// <summary>Everything measured so far, observable instruments read now.</summary>
    public string Collect()
    {
        // One collection at a time: observable families are emptied and filled again.
        lock (_collecting)
        {
            MetricFamily[] families;
            lock (_lock)
            {
                families = [.. _families.Values];
            }

            foreach (MetricFamily family in families.Where(f => f.IsObservable))
            {
                family.Clear(_budget);
            }

            _listener.RecordObservableInstruments();
            PrometheusTextWriter writer = new();
            foreach (MetricFamily family in families)
            {
                family.Write(writer);
            }

            writer.Header(
                DroppedName,
                "Measurements dropped because too many series exist.",
                MetricKind.Counter
            );
            writer.Sample(DroppedName, "", _budget.Dropped);
            return writer.ToString();
        }
    }

    /// <summary>Writes <see cref="Collect"/> as UTF-8.</summary>
    public async ValueTask WriteAsync(Stream stream, CancellationToken cancellationToken = default) =>
        await stream.WriteAsync(Encoding.UTF8.GetBytes(Collect()), cancellationToken);

    private void OnPublished(Instrument instrument, MeterListener listener)
    {
        if (
            !_options.MeterNames.Contains(instrument.Meter.Name, StringComparer.Ordinal)
            || (_options.Scope is not null && !ReferenceEquals(instrument.Meter.Scope, _options.Scope))
        )
        {
            return;
        }

        MetricKind kind = KindOf(instrument);
        string name = PrometheusNames.Metric(instrument.Name, instrument.Unit, kind);
        MetricFamily? family;
        lock (_lock)
        {
            if (!_families.TryGetValue(name, out family))
            {
                family = new MetricFamily(
                    name,
                    instrument.Description ?? "",
                    kind,
                    instrument,
                    BoundsOf(instrument)
                );
                _families.Add(name, family);
            }

            family.Instruments++;
        }

        listener.EnableMeasurementEvents(instrument, family);
    }

    private void OnCompleted(Instrument instrument, object? state)
    {
        if (state is not MetricFamily family)
        {
            return;
        }

        lock (_lock)
        {
            if (--family.Instruments == 0)
            {
                _families.Remove(family.Name);
                family.Clear(_budget);
            }
        }
    }

    private void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (state is MetricFamily family)
        {
            family.Record(_labels.Of(tags), value, _budget);
        }
    }

    private double[] BoundsOf(Instrument instrument)
    {
        IReadOnlyList<double> bounds = instrument switch
        {
            Histogram<double> { Advice.HistogramBucketBoundaries: { } advised } => advised,
            Histogram<long> { Advice.HistogramBucketBoundaries: { } advised } =>
            [
                .. advised.Select(b => (double)b),
            ],
            Histogram<int> { Advice.HistogramBucketBoundaries: { } advised } =>
            [
                .. advised.Select(b => (double)b),
            ],
            _ => _options.DefaultBuckets,
        };
        return [.. bounds.Where(double.IsFinite).Distinct().Order()];
    }

    private static MetricKind KindOf(Instrument instrument)
    {
        Type type = instrument.GetType();
        Type? generic = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        return generic == typeof(Histogram<>) ? MetricKind.Histogram
            : generic == typeof(Counter<>) || generic == typeof(ObservableCounter<>) ? MetricKind.Counter
            : MetricKind.Gauge;
    }
}
