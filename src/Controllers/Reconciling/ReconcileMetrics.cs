using System.Diagnostics.Metrics;
using LlmOperator.Controllers.Hosting;

namespace LlmOperator.Controllers.Reconciling;

/// <summary>Metrics of one controller (C54), zero from the start.</summary>
internal sealed class ReconcileMetrics
{
    private static readonly Counter<long> s_total = ControllerMeter.Meter.CreateCounter<long>(
        "controller_runtime_reconcile_total",
        description: "Reconciles by result."
    );

    private static readonly Counter<long> s_errors = ControllerMeter.Meter.CreateCounter<long>(
        "controller_runtime_reconcile_errors_total",
        description: "Reconciles that failed."
    );

    private static readonly Counter<long> s_terminal = ControllerMeter.Meter.CreateCounter<long>(
        "controller_runtime_terminal_reconcile_errors_total",
        description: "Reconciles that failed and are not tried again."
    );

    private static readonly Counter<long> s_panics = ControllerMeter.Meter.CreateCounter<long>(
        "controller_runtime_reconcile_panics_total",
        description: "Reconciles that failed by a defect of the program."
    );

    private static readonly Histogram<double> s_seconds = ControllerMeter.Meter.CreateHistogram(
        "controller_runtime_reconcile_time_seconds",
        description: "How long a reconcile took.",
        advice: ControllerMeter.Seconds
    );

    private static readonly UpDownCounter<long> s_active = ControllerMeter.Meter.CreateUpDownCounter<long>(
        "controller_runtime_active_workers",
        description: "Workers that reconcile now."
    );

    private static readonly UpDownCounter<long> s_most = ControllerMeter.Meter.CreateUpDownCounter<long>(
        "controller_runtime_max_concurrent_reconciles",
        description: "Workers."
    );

    private readonly KeyValuePair<string, object?> _controller;

    public ReconcileMetrics(string controller, int concurrency)
    {
        _controller = new("controller", controller);
        foreach (string result in new[] { Success, RequeueAfter, Error, Conflict })
        {
            s_total.Add(0, _controller, new("result", result));
        }

        s_errors.Add(0, _controller);
        s_terminal.Add(0, _controller);
        s_panics.Add(0, _controller);
        s_active.Add(0, _controller);
        s_most.Add(concurrency, _controller);
    }

    public const string Success = "success";
    public const string RequeueAfter = "requeue_after";
    public const string Error = "error";

    /// <summary>A conflict: as controller-runtime's "requeue".</summary>
    public const string Conflict = "requeue";

    public void Started() => s_active.Add(1, _controller);

    public void Ended(TimeSpan took, string result)
    {
        s_active.Add(-1, _controller);
        s_seconds.Record(took.TotalSeconds, _controller);
        s_total.Add(1, _controller, new("result", result));
    }

    public void Failed() => s_errors.Add(1, _controller);

    public void FailedTerminally() => s_terminal.Add(1, _controller);

    public void Panicked() => s_panics.Add(1, _controller);
}
