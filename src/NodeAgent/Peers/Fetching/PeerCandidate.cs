using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Peers.Fetching;

/// <summary>A node that has a file or is pulling it, as its status says.</summary>
/// <param name="Peer">The node.</param>
/// <param name="Holds">It has all of the file.</param>
/// <param name="FromOrigin">It takes the file from the origin itself.</param>
/// <param name="IsNear">It is in this node's zone.</param>
internal sealed record PeerCandidate(Peer Peer, bool Holds, bool FromOrigin, bool IsNear)
{
    private const string ZoneLabel = "topology.kubernetes.io/zone";

    /// <summary>All other nodes that may be asked for a file. Pure.</summary>
    public static IReadOnlyList<PeerCandidate> Of(IReadOnlyList<LlmNode> nodes, string me, ModelDigest digest)
    {
        string text = digest.ToString();
        string zone = ZoneOf(nodes.FirstOrDefault(n => n.Metadata.Name == me));
        List<PeerCandidate> found = [];
        foreach (LlmNode node in nodes)
        {
            bool holds = node.Status?.Models.Any(m => m.Digest == text) == true;
            FetchingModel? fetching = node.Status?.Fetching?.FirstOrDefault(f => f.Digest == text);
            if (
                node.Metadata.Name is { } name
                && name != me
                && (holds || fetching is not null)
                && IsThere(node)
                && AddressOf(node) is { } address
            )
            {
                found.Add(
                    new PeerCandidate(
                        new Peer(name, address),
                        holds,
                        fetching?.FromOrigin == true,
                        ZoneOf(node) == zone
                    )
                );
            }
        }

        return found;
    }

    /// <summary>Nodes of a list that can be asked, whatever their status says of the file. Pure.</summary>
    public static IEnumerable<Peer> Named(IReadOnlyList<LlmNode> nodes, IReadOnlyCollection<string> names) =>
        nodes
            .Where(n => n.Status is not null && names.Contains(n.Metadata.Name!) && IsThere(n))
            .Select(n => AddressOf(n) is { } address ? new Peer(n.Metadata.Name!, address) : null)
            .OfType<Peer>();

    /// <summary>Nodes of a node's zone that do not have a file, itself too. Pure.</summary>
    public static IReadOnlyList<string> Neighbours(
        IReadOnlyList<LlmNode> nodes,
        string me,
        ModelDigest digest
    )
    {
        string text = digest.ToString();
        string zone = ZoneOf(nodes.FirstOrDefault(n => n.Metadata.Name == me));
        return
        [
            .. nodes
                .Where(n =>
                    n.Status is not null
                    && IsThere(n)
                    && ZoneOf(n) == zone
                    && n.Status.Models.All(m => m.Digest != text)
                )
                .Select(n => n.Metadata.Name!),
        ];
    }

    // The operator's word that a node was not heard of is the only one that counts: without an engine it serves files.
    private static bool IsThere(LlmNode node) =>
        node.Status!.Conditions.Find(LlmNodeConditions.Ready)?.Reason != LlmNodeConditions.AgentLost;

    private static Uri? AddressOf(LlmNode node) =>
        Uri.TryCreate(node.Status!.Address?.TrimEnd('/') + "/", UriKind.Absolute, out Uri? address)
        && address.Scheme is "http" or "https"
            ? address
            : null;

    private static string ZoneOf(LlmNode? node) => node?.Metadata.Labels?.GetValueOrDefault(ZoneLabel) ?? "";
}
