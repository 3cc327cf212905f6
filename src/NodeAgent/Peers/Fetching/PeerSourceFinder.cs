using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Events;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Peers.Serving;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Store;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Peers.Fetching;

/// <summary>
/// Finds peers for the pulls of a node, in the caches of nodes and of its own replicas, and tells by the
/// <see cref="FetchBoard"/> what is being pulled.
/// </summary>
internal sealed partial class PeerSourceFinder(
    string node,
    ILister<LlmNode> nodes,
    ILister<ModelReplica> replicas,
    PeerClient client,
    PeerQuarantine quarantine,
    FetchBoard board,
    UnitDigests digests,
    PartialFiles partials,
    ModelStore store,
    PeerOptions options,
    IEventRecorder events,
    TimeProvider time,
    ILogger<PeerSourceFinder> logger
) : IUnitSourceFinder
{
    private readonly ILogger _logger = logger;

    public IUnitSourceSet Begin(PullRequest request, ResolvedFile file, IReadOnlyList<IUnitSource> origins)
    {
        if (file.Digest is not { } digest)
        {
            return new OriginsOnly().Begin(request, file, origins);
        }

        // Of a file that has units only while it is pulled; they are what a stored file is verified by later.
        IPartialView? view = SeedersOf(request).Contains(node, StringComparer.Ordinal)
            ? partials.Open(digest)
            : partials.Watch(digest);
        UnitLayout layout = new(file.SizeBytes, view?.UnitBytes ?? digests.UnitBytesOf(file.SizeBytes));
        return new PeerSourceSet(
            new PeerWorldView
            {
                Node = node,
                Replica = request.Replica?.ToString() ?? "",
                Look = () => Look(request, digest),
                Source = (peer, units, set) => new PeerUnitSource(peer, digest, units, client, set),
                Show = fromOrigin => board.Set(digest, file.SizeBytes, fromOrigin),
                Tell = LogNotAsked,
                OnFall = request.OnFall,
                Quarantine = (peer, why) => Quarantine(request, peer, why),
                IsQuarantined = quarantine.Contains,
            },
            file,
            layout,
            origins,
            options,
            time,
            () => EndAsync(request, digest, layout, view)
        );
    }

    private PeerLook Look(PullRequest request, ModelDigest digest)
    {
        IReadOnlyList<string> seeders = SeedersOf(request);
        IReadOnlyList<LlmNode> all = nodes.List();
        List<PeerCandidate> candidates =
        [
            .. PeerCandidate
                .Of(all, node, digest)
                .Where(candidate => !quarantine.Contains(candidate.Peer.Node)),
        ];
        string[] hidden =
        [
            .. seeders.Where(name =>
                name != node && candidates.All(c => c.Peer.Node != name) && !quarantine.Contains(name)
            ),
        ];
        return new PeerLook(
            candidates,
            seeders,
            [.. PeerCandidate.Named(all, hidden)],
            PeerCandidate.Neighbours(all, node, digest)
        );
    }

    // Of any replica of this node that wants it: who asked first may be gone.
    private IReadOnlyList<string> SeedersOf(PullRequest request) =>
        [.. Wanting(request).SelectMany(r => r.Spec.Seeders ?? []).Distinct(StringComparer.Ordinal)];

    private IEnumerable<ModelReplica> Wanting(PullRequest request)
    {
        string? weights = request.Expected?.ToString();
        return replicas
            .List()
            .Where(r => r.Spec.NodeName == node && weights is not null && r.Spec.Artifact.Digest == weights);
    }

    private void Quarantine(PullRequest request, string peer, string why)
    {
        if (!quarantine.Add(peer))
        {
            return;
        }

        LogQuarantined(why);
        foreach (ModelReplica replica in Wanting(request))
        {
            events.Record(replica, EventType.Warning, ModelReplicaConditions.PeerQuarantined, "Pull", why);
        }
    }

    private ValueTask EndAsync(PullRequest request, ModelDigest digest, UnitLayout layout, IPartialView? view)
    {
        board.Remove(digest);
        bool isStored = store.Find(digest) is not null;
        if (view is not null)
        {
            using (view)
            {
                if (isStored && Enumerable.Range(0, layout.Count).All(view.Has))
                {
                    digests.Save(
                        digest,
                        new UnitDigestList
                        {
                            UnitBytes = layout.UnitBytes,
                            Sha256 = [.. Enumerable.Range(0, layout.Count).Select(view.DigestOf)],
                        }
                    );
                }
            }
        }

        return ValueTask.CompletedTask;
    }

    [LoggerMessage(LogLevel.Information, "Peer {Node} is not asked for a moment: {Reason}")]
    private partial void LogNotAsked(string node, string reason);

    [LoggerMessage(LogLevel.Warning, "{Reason}")]
    private partial void LogQuarantined(string reason);
}
