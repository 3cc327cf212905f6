using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using LlmOperator.Controllers.Hosting;

namespace LlmOperator.Controllers.Queueing;

/// <summary>Metrics of one queue (C54), zero from the start.</summary>
internal sealed class QueueMetrics : IDisposable
{
    private static readonly ConcurrentDictionary<QueueMetrics, byte> s_queues = new();

    private static readonly UpDownCounter<long> s_depth = ControllerMeter.Meter.CreateUpDownCounter<long>(
        "workqueue_depth",
        description: "Keys that are ready."
    );

    private static readonly Counter<long> s_adds = ControllerMeter.Meter.CreateCounter<long>(
        "workqueue_adds_total",
        description: "Keys added."
    );

    private static readonly Counter<long> s_retries = ControllerMeter.Meter.CreateCounter<long>(
        "workqueue_retries_total",
        description: "Keys added with a delay."
    );

    private static readonly Histogram<double> s_queueDuration = ControllerMeter.Meter.CreateHistogram(
        "workqueue_queue_duration_seconds",
        description: "How long keys waited.",
        advice: ControllerMeter.Seconds
    );

    private static readonly Histogram<double> s_workDuration = ControllerMeter.Meter.CreateHistogram(
        "workqueue_work_duration_seconds",
        description: "How long processing a key took.",
        advice: ControllerMeter.Seconds
    );

    private static readonly ObservableGauge<double> s_unfinished =
        ControllerMeter.Meter.CreateObservableGauge(
            "workqueue_unfinished_work_seconds",
            () => Observe(q => q._unfinished().Sum),
            description: "Sum of the seconds that the keys in processing have taken so far."
        );

    private static readonly ObservableGauge<double> s_longest = ControllerMeter.Meter.CreateObservableGauge(
        "workqueue_longest_running_processor_seconds",
        () => Observe(q => q._unfinished().Longest),
        description: "Seconds that the key longest in processing has taken so far."
    );

    private readonly KeyValuePair<string, object?> _name;
    private readonly Func<(double Sum, double Longest)> _unfinished;

    public QueueMetrics(string name, Func<(double Sum, double Longest)> unfinished)
    {
        (_name, _unfinished) = (new("name", name), unfinished);
        s_depth.Add(0, _name);
        s_adds.Add(0, _name);
        s_retries.Add(0, _name);
        s_queues[this] = 0;
        _ = (s_unfinished, s_longest);
    }

    public void DepthChanged(int change) => s_depth.Add(change, _name);

    public void Added() => s_adds.Add(1, _name);

    public void Retried() => s_retries.Add(1, _name);

    public void Took(TimeSpan waited) => s_queueDuration.Record(waited.TotalSeconds, _name);

    public void Worked(TimeSpan took) => s_workDuration.Record(took.TotalSeconds, _name);

    public void Dispose() => s_queues.TryRemove(this, out _);

    private static IEnumerable<Measurement<double>> Observe(Func<QueueMetrics, double> value) =>
        s_queues.Keys.Select(q => new Measurement<double>(value(q), q._name));
}
