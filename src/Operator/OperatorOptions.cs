using LlmOperator.Models.Sources;
using LlmOperator.Telemetry.Prometheus;

namespace LlmOperator.Operator;

/// <summary>How an operator runs.</summary>
public sealed record OperatorOptions
{
    /// <summary>Where models may be read from when they are inspected: base URLs, hosts, tokens.</summary>
    public SourceSettings Sources { get; init; } = new();

    /// <summary>
    /// Lets models name files of the operator's own machine; for one machine, where operator and nodes see the same
    /// files. Off by default.
    /// </summary>
    public bool AllowFileSources { get; init; }

    /// <summary>Only the instance that holds the lease works; for several instances of one operator. On by default.</summary>
    public bool LeaderElection { get; init; } = true;

    /// <summary>Namespace of the leader lease and of the nodes' heartbeats. Default <c>llm-system</c>.</summary>
    public string LeaseNamespace { get; init; } = Api.WellKnown.SystemNamespace;

    /// <summary>
    /// How long the others wait for a silent leader. Default 6 seconds: with <see cref="RetryPeriod"/> a killed leader
    /// is replaced within 10 (docs/decisions/0010). Whole seconds.
    /// </summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>How long a leader tries to renew before it gives up and ends. Default 4 seconds; less than <see cref="LeaseDuration"/>.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Time between two renewals or tries. Default 0.8 seconds; less than a 1.2th of <see cref="RenewDeadline"/>.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(0.8);

    /// <summary>Most models whose headers are read at the same time. Default 4.</summary>
    public int MaxConcurrentInspections { get; init; } = 4;

    /// <summary>How long a node's agent may be silent before its replicas are placed elsewhere. Default 60 seconds.</summary>
    public TimeSpan NodeLostAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a replica stays before a model of higher priority may take its room. Default 10 minutes: about what it
    /// takes to pull and load a large model.
    /// </summary>
    public TimeSpan LeastResidence { get; init; } = Placement.PlacementConstants.LeastResidence;

    /// <summary>
    /// Address of <c>/metrics</c>, <c>/healthz</c> and <c>/readyz</c>, for example <c>http://127.0.0.1:9090</c>; null,
    /// the default, serves nothing. Beyond loopback <c>/metrics</c> is closed without a <see cref="MetricsToken"/>.
    /// </summary>
    public Uri? ListenAddress { get; init; }

    /// <summary>Token that <c>/metrics</c> demands; null, the default, for none: then it answers on loopback only.</summary>
    public MetricsToken? MetricsToken { get; init; }

    /// <summary>How long a stop may take. Default 30 seconds.</summary>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(30);
}
