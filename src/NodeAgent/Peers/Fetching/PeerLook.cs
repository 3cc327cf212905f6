namespace LlmOperator.NodeAgent.Peers.Fetching;

/// <summary>What is known of a file's peers at one moment.</summary>
/// <param name="Candidates">Nodes that have it or are pulling it, without those in quarantine.</param>
/// <param name="Seeders">Nodes that the operator named; empty when it named none.</param>
internal sealed record PeerLook(IReadOnlyList<PeerCandidate> Candidates, IReadOnlyList<string> Seeders);
