using System.Net;
using LlmOperator.NodeAgent.Peers.Serving;
using LlmOperator.NodeAgent.Store;
using LlmOperator.Telemetry.Prometheus;

namespace LlmOperator.NodeAgent.Serving;

/// <summary>The agent's one port.</summary>
internal sealed record ServingOptions
{
    /// <summary>Where it listens; default a free port of 127.0.0.1.</summary>
    public IPEndPoint ListenAddress { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>Token that requests must have as <c>Authorization: Bearer</c>; at least 16 characters.</summary>
    public required string Token { get; init; }

    /// <summary>Token that opens <c>/metrics</c> as well; null for none.</summary>
    public MetricsToken? MetricsToken { get; init; }

    /// <summary>What <c>/metrics</c> shows; null serves no metrics. Belongs to the caller.</summary>
    public PrometheusExporter? Exporter { get; init; }

    /// <summary>Scope of the meter, for processes with several agents; null for none.</summary>
    public object? MetricsScope { get; init; }

    /// <summary>Serves the store under <c>/v2/</c>, so that others can pull from it; default true.</summary>
    public bool ServesRegistry { get; init; } = true;

    /// <summary>Token that opens <c>/v2/</c> as well; null for none.</summary>
    public string? RegistryToken { get; init; }

    /// <summary>What peers may have; null serves them nothing.</summary>
    public PeerEndpoints? Peers { get; init; }

    /// <summary>Frees room when asked at <c>/v1/store/prune</c>; null takes no such requests.</summary>
    public StoreCollector? Collector { get; init; }

    /// <summary>Says whether <c>/readyz</c> is good; default always.</summary>
    public Func<bool> IsReady { get; init; } = () => true;

    /// <summary>Longest body of a request; default 32 MiB.</summary>
    public long MaxBodyBytes { get; init; } = 32 << 20;

    /// <summary>Most connections at a time; default 4096.</summary>
    public long MaxConnections { get; init; } = 4096;

    /// <summary>How long requests may go on after a stop; default 30 s.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The address: the token is secret.</summary>
    public override string ToString() => ListenAddress.ToString();
}
