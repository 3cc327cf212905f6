namespace LlmOperator.NodeAgent.Peers.Fetching;

/// <summary>What is known of a file's peers at one moment.</summary>
/// <param name="Candidates">Nodes that have it or are pulling it, without those in quarantine.</param>
/// <param name="Seeders">Nodes that the operator named; empty when it named none.</param>
/// <param name="Expected">Named nodes whose status does not say yet that they pull it: they will have units in a moment.</param>
/// <param name="Neighbours">Nodes of this one's zone that do not have the file, itself too, whether they want it or not.</param>
internal sealed record PeerLook(
    IReadOnlyList<PeerCandidate> Candidates,
    IReadOnlyList<string> Seeders,
    IReadOnlyList<Peer> Expected,
    IReadOnlyList<string> Neighbours
);
