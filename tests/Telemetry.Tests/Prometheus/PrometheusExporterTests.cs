using System.Diagnostics.Metrics;
using LlmOperator.Telemetry.Prometheus;

namespace LlmOperator.Telemetry.Tests.Prometheus;

public sealed class PrometheusExporterTests : IDisposable
{
    private readonly object _scope = new();
    private readonly Meter _meter;
    private readonly PrometheusExporter _exporter;

    public PrometheusExporterTests()
    {
        _meter = new Meter(new MeterOptions("Test.Meter") { Scope = _scope });
        _exporter = new PrometheusExporter(
            new PrometheusExporterOptions
            {
                MeterNames = ["Test.Meter"],
                Scope = _scope,
                MaxSeries = 20,
            }
        );
    }

    public void Dispose()
    {
        _exporter.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Collect_Counter_AddsUpByLabelsWhateverTheirOrder()
    {
        Counter<long> counter = _meter.CreateCounter<long>("pulls", description: "Pulls\nwith a \\ in it.");
        counter.Add(2, new("source", "ollama"), new("result", "ok"));
        counter.Add(3, new("result", "ok"), new("source", "ollama"));
        counter.Add(1);

        Assert.Equal(
            """
            # HELP pulls_total Pulls\nwith a \\ in it.
            # TYPE pulls_total counter
            pulls_total 1
            pulls_total{result="ok",source="ollama"} 5

            """,
            Metrics()
        );
    }

    [Fact]
    public void Collect_UpDownCounterAndGauge_AreGauges()
    {
        UpDownCounter<int> active = _meter.CreateUpDownCounter<int>("in.flight");
        active.Add(3);
        active.Add(-1);
        Gauge<double> heat = _meter.CreateGauge<double>("heat", "Cel");
        heat.Record(70);
        heat.Record(71.5);

        Assert.Equal(
            """
            # TYPE heat_celsius gauge
            heat_celsius 71.5
            # TYPE in_flight gauge
            in_flight 2

            """,
            Metrics()
        );
    }

    [Fact]
    public void Collect_Histogram_CumulatesBuckets()
    {
        Histogram<double> histogram = _meter.CreateHistogram(
            "wait",
            "s",
            null,
            null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] }
        );
        foreach (double value in new[] { 0.05, 0.1, 0.5, 7 })
        {
            histogram.Record(value, new KeyValuePair<string, object?>("model", "a"));
        }

        Assert.Equal(
            """
            # TYPE wait_seconds histogram
            wait_seconds_bucket{model="a",le="0.1"} 2
            wait_seconds_bucket{model="a",le="1"} 3
            wait_seconds_bucket{model="a",le="+Inf"} 4
            wait_seconds_sum{model="a"} 7.65
            wait_seconds_count{model="a"} 4

            """,
            Metrics()
        );
    }

    [Fact]
    public void Collect_ObservableGauge_ShowsOnlyWhatIsReportedNow()
    {
        List<Measurement<long>> now = [new(1, new KeyValuePair<string, object?>("device", "CUDA0"))];
        _meter.CreateObservableGauge("memory", () => now, "By");
        Assert.Contains("memory_bytes{device=\"CUDA0\"} 1\n", Metrics());

        now = [new(2, new KeyValuePair<string, object?>("device", "CPU"))];
        Assert.Equal("# TYPE memory_bytes gauge\nmemory_bytes{device=\"CPU\"} 2\n", Metrics());
    }

    [Fact]
    public void Collect_LabelFromOutside_CannotBreakTheFormat()
    {
        _meter.CreateCounter<long>("c").Add(1, new KeyValuePair<string, object?>("a b\"", "x\"} 9\n\\"));
        Assert.Contains("c_total{a_b_=\"x\\\"} 9\\n\\\\\"} 1\n", Metrics());
    }

    [Fact]
    public void Record_TooManySeries_AreDroppedAndCounted()
    {
        Counter<long> counter = _meter.CreateCounter<long>("many");
        for (int i = 0; i < 25; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("user", i));
        }

        counter.Add(1, new KeyValuePair<string, object?>("user", 0));
        string text = _exporter.Collect();
        Assert.Equal(
            20,
            text.Split('\n').Count(line => line.StartsWith("many_total{", StringComparison.Ordinal))
        );
        Assert.Contains("many_total{user=\"0\"} 2\n", text);
        Assert.Contains("llmop_telemetry_dropped_measurements_total 5\n", text);
    }

    [Fact]
    public void Collect_MeterOfAnotherScope_IsNotShown()
    {
        using Meter other = new(new MeterOptions("Test.Meter") { Scope = new object() });
        other.CreateCounter<long>("c").Add(1);
        Assert.Equal("", Metrics());
    }

    [Fact]
    public void Collect_AfterTheMeterEnded_ForgetsItsSeries()
    {
        Meter ended = new(new MeterOptions("Test.Meter") { Scope = _scope });
        ended.CreateCounter<long>("gone").Add(1);
        Assert.Contains("gone_total", Metrics());
        ended.Dispose();
        Assert.Equal("", Metrics());
    }

    [Fact]
    public async Task Record_FromManyThreads_LosesNothing()
    {
        Counter<long> counter = _meter.CreateCounter<long>("busy");
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ =>
                    Task.Run(() =>
                    {
                        for (int i = 0; i < 10_000; i++)
                        {
                            counter.Add(1, new KeyValuePair<string, object?>("a", "b"));
                        }
                    })
                )
        );
        Assert.Contains("busy_total{a=\"b\"} 40000\n", Metrics());
    }

    private string Metrics()
    {
        string text = _exporter.Collect();
        return text[..text.IndexOf("# HELP llmop_telemetry_dropped", StringComparison.Ordinal)];
    }
}
