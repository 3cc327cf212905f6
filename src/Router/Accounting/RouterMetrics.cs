using System.Diagnostics;
using System.Diagnostics.Metrics;
using LlmOperator.Router.Balancing;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Forwarding.Waking;
using Polly.CircuitBreaker;

namespace LlmOperator.Router.Accounting;

/// <summary>Metrics of the router; names of the GenAI semantic conventions where there are some.</summary>
internal sealed class RouterMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "LlmOperator.Router";

    // Buckets as the GenAI semantic conventions give them.
    internal static IReadOnlyList<double> DurationBuckets { get; } =
    [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

    internal static IReadOnlyList<double> FirstTokenBuckets { get; } =
    [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    private readonly Meter _meter;
    private readonly TimeProvider _timeProvider;
    private readonly Counter<long> _requests;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _continuations;
    private readonly Counter<long> _tokens;
    private readonly Histogram<double> _coldStart;
    private readonly Counter<long> _hedges;
    private readonly Counter<long> _shadowCopies;
    private readonly UpDownCounter<long> _inFlight;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _firstToken;

    /// <param name="scope">Marks the meter's owner, for processes with several routers.</param>
    /// <param name="timeProvider">Clock.</param>
    public RouterMetrics(object scope, TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _meter = new Meter(MeterName, version: null, tags: null, scope);
        _requests = _meter.CreateCounter<long>(
            "llmop.router.requests",
            description: "Requests by target and outcome."
        );
        _attempts = _meter.CreateCounter<long>("llmop.router.attempts", description: "Attempts at targets.");
        _continuations = _meter.CreateCounter<long>(
            "llmop.router.continuations",
            description: "Streams that broke and went on at another replica, without a gap."
        );
        _tokens = _meter.CreateCounter<long>(
            "llmop.router.tokens",
            description: "Tokens by target and type."
        );
        _shadowCopies = _meter.CreateCounter<long>(
            "llmop.router.shadow_copies",
            description: "Copies of requests to targets on trial, by target and outcome."
        );
        _inFlight = _meter.CreateUpDownCounter<long>(
            "llmop.router.requests.active",
            description: "Requests in flight."
        );
        _duration = _meter.CreateHistogram(
            "gen_ai.server.request.duration",
            "s",
            "Time of whole requests.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBuckets }
        );
        _firstToken = _meter.CreateHistogram(
            "gen_ai.server.time_to_first_token",
            "s",
            "Time to the first content of streams.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = FirstTokenBuckets }
        );
        _hedges = _meter.CreateCounter<long>(
            "llmop.router.hedges",
            description: "Second attempts beside a first one that was late, by target and which of the two was sooner."
        );
        _coldStart = _meter.CreateHistogram(
            "llmop.router.cold_start.duration",
            "s",
            "Time that requests waited for a model that was not in memory, by target and whether it was loaded.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBuckets }
        );
        _meter.CreateObservableGauge(
            "llmop.router.info",
            () => 1,
            description: "1 for a router that runs: it is there from the first collection on."
        );
    }

    /// <summary>A stream that broke went on at another replica to its end.</summary>
    public void WentOn() => _continuations.Add(1);

    /// <summary>Shows the circuit of each target.</summary>
    public void ObserveBreakers(ReplicaBalancer balancer) =>
        _meter.CreateObservableGauge(
            "llmop.router.breaker.state",
            () =>
                balancer.Loads.Select(l => new Measurement<int>(
                    l.Value.Breaker.State switch
                    {
                        CircuitState.Closed => 0,
                        CircuitState.HalfOpen => 1,
                        _ => 2,
                    },
                    new KeyValuePair<string, object?>("target", l.Key)
                )),
            description: "Circuit of a target: 0 closed, 1 one request tries it, 2 left alone."
        );

    /// <summary>Shows how many requests wait for each model.</summary>
    public void ObserveQueues(ModelWaker waker) =>
        _meter.CreateObservableGauge(
            "llmop.router.cold_start.waiting",
            () =>
                waker.Waiting.Select(w => new Measurement<int>(
                    w.Waiting,
                    new KeyValuePair<string, object?>("target", $"model/{w.Model.Name}")
                )),
            description: "Requests that wait for a model that is not in memory."
        );

    /// <summary>A second attempt has ended.</summary>
    public void EndHedge(string target, bool isSooner) =>
        _hedges.Add(1, new TagList { { "target", target }, { "sooner", isSooner ? "second" : "first" } });

    /// <summary>The wait for a model has ended.</summary>
    public void EndColdStart(string target, string outcome, TimeSpan waited) =>
        _coldStart.Record(waited.TotalSeconds, new TagList { { "target", target }, { "outcome", outcome } });

    /// <summary>A request begins.</summary>
    public RequestRecord Begin(OpenAiRequest request)
    {
        _inFlight.Add(1);
        return new RequestRecord(request.Operation, _timeProvider);
    }

    /// <summary>It has ended.</summary>
    public void End(RequestRecord record)
    {
        string target = record.Target ?? "none";
        TagList tags = new()
        {
            { "gen_ai.operation.name", record.Operation.TelemetryName() },
            { "target", target },
            { "outcome", record.Outcome },
        };
        _inFlight.Add(-1);
        _requests.Add(1, tags);
        _duration.Record(record.Elapsed.TotalSeconds, tags);
        TagList byTarget = new() { { "target", target } };
        _attempts.Add(record.Attempts, byTarget);
        if (record.FirstContent is { } first)
        {
            _firstToken.Record(first.TotalSeconds, byTarget);
        }

        if (record.Usage is { } usage)
        {
            _tokens.Add(usage.Prompt, new TagList { { "target", target }, { "gen_ai.token.type", "input" } });
            _tokens.Add(
                usage.Completion,
                new TagList { { "target", target }, { "gen_ai.token.type", "output" } }
            );
        }
    }

    /// <summary>A copy of a request has ended, or was left out.</summary>
    public void EndShadow(string target, string outcome) =>
        _shadowCopies.Add(1, new TagList { { "target", target }, { "outcome", outcome } });

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
