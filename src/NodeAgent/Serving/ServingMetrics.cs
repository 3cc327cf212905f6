using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LlmOperator.NodeAgent.Serving;

/// <summary>Requests by replica and status. The labels are bounded: only replicas that gave a lease have one.</summary>
internal sealed class ServingMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "LlmOperator.NodeAgent";

    private const string NoReplica = "none";
    private readonly Meter _meter;
    private readonly TimeProvider _time;
    private readonly Counter<long> _requests;
    private readonly Counter<long> _bytes;
    private readonly UpDownCounter<long> _active;
    private readonly Histogram<double> _duration;

    public ServingMetrics(object? scope, TimeProvider time)
    {
        _time = time;
        _meter = new Meter(MeterName, version: null, tags: null, scope);
        _requests = _meter.CreateCounter<long>(
            "llmop.agent.requests",
            description: "Requests to replicas by replica and status."
        );
        _bytes = _meter.CreateCounter<long>(
            "llmop.agent.response.size",
            "By",
            "Bytes of engines' answers by replica."
        );
        _active = _meter.CreateUpDownCounter<long>(
            "llmop.agent.requests.active",
            description: "Requests in flight."
        );
        _duration = _meter.CreateHistogram<double>(
            "llmop.agent.request.duration",
            "s",
            "Time of whole requests by replica and status."
        );
    }

    /// <summary>A request begins; returns the time for <see cref="End"/>.</summary>
    public long Begin()
    {
        _active.Add(1);
        return _time.GetTimestamp();
    }

    /// <summary>It has ended.</summary>
    public void End(long begin, string? replica, int status, long bytes)
    {
        _active.Add(-1);
        TagList tags = new() { { "replica", replica ?? NoReplica }, { "status", status } };
        _requests.Add(1, tags);
        _duration.Record(_time.GetElapsedTime(begin).TotalSeconds, tags);
        if (bytes > 0)
        {
            _bytes.Add(bytes, new TagList { { "replica", replica ?? NoReplica } });
        }
    }

    public void Dispose() => _meter.Dispose();
}
