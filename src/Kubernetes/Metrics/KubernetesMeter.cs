using System.Diagnostics.Metrics;

namespace LlmOperator.Kubernetes.Metrics;

/// <summary>The meter of the client: what a process asks of its API server.</summary>
public static class KubernetesMeter
{
    /// <summary>Name for exporters.</summary>
    public const string Name = "LlmOperator.Kubernetes";

    private static readonly Meter s_meter = new(Name);

    /// <summary>Requests sent; client-go has the same name with <c>code</c>, <c>method</c> and <c>host</c>.</summary>
    internal static Counter<long> Requests { get; } =
        s_meter.CreateCounter<long>(
            "rest_client_requests_total",
            description: "Requests to the API server by verb, resource and status code."
        );

    /// <summary>Events that watches delivered.</summary>
    internal static Counter<long> WatchEvents { get; } =
        s_meter.CreateCounter<long>(
            "rest_client_watch_events_total",
            description: "Events that watches delivered, by resource."
        );

    /// <summary>Bytes of those events.</summary>
    internal static Counter<long> WatchBytes { get; } =
        s_meter.CreateCounter<long>(
            "rest_client_watch_bytes_total",
            description: "Bytes of the events that watches delivered, by resource."
        );
}
