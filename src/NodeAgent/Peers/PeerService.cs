using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Events;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Kubernetes.Client;
using LlmOperator.NodeAgent.Peers.Authentication;
using LlmOperator.NodeAgent.Peers.Fetching;
using LlmOperator.NodeAgent.Peers.Serving;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Store;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Peers;

/// <summary>All that a node needs to take files from other nodes, and to give them its own.</summary>
[Rbac<LlmNode>("list", "watch")]
[Rbac<ModelReplica>("get")]
internal sealed class PeerService : IDisposable
{
    private readonly PeerClient _client;
    private readonly UnitDigests _digests;

    public PeerService(
        NodeAgentOptions options,
        IKubernetesClient kubernetes,
        ModelStore store,
        PullOptions pulling,
        PeerOptions peers,
        ILister<LlmNode> nodes,
        ILister<ModelReplica> replicas,
        IEventRecorder events,
        ILoggerFactory loggers,
        TimeProvider time
    )
    {
        PeerKey key = PeerKey.FromToken(options.ServingToken);
        _client = new PeerClient(key, options.NodeName, time);
        _digests = new UnitDigests(
            store,
            size => pulling.LayoutOf(size).UnitBytes,
            loggers.CreateLogger<UnitDigests>()
        );
        Finder = new PeerSourceFinder(
            options.NodeName,
            nodes,
            replicas,
            _client,
            new PeerQuarantine(time),
            Board,
            _digests,
            Partials,
            store,
            peers,
            events,
            time,
            loggers.CreateLogger<PeerSourceFinder>()
        );
        Blobs = new PeerBlobs(store, Partials, _digests);
        Access = new PeerAccess(kubernetes.FindAsync<ModelReplica>, store.Access, time);
        Endpoints = new PeerEndpoints(
            Blobs,
            key,
            new PeerVerifier(key, options.NodeName, time),
            Access,
            new UploadLimits(options.PeerConnections, options.PeerBytesPerSecond, time),
            time,
            loggers.CreateLogger<PeerEndpoints>()
        );
    }

    /// <summary>What is being pulled.</summary>
    public FetchBoard Board { get; } = new();

    /// <summary>Where pulls show what they have.</summary>
    public PartialFiles Partials { get; } = new();

    /// <summary>Finds peers for pulls.</summary>
    public IUnitSourceFinder Finder { get; }

    /// <summary>What peers may have.</summary>
    public IPeerBlobs Blobs { get; }

    /// <summary>Who may have private files.</summary>
    public PeerAccess Access { get; }

    /// <summary>Serves peers.</summary>
    public PeerEndpoints Endpoints { get; }

    /// <summary>What runs as long as the agent.</summary>
    public IRunnable Work => _digests;

    public void Dispose() => _client.Dispose();
}
