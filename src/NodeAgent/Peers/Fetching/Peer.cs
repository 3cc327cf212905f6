namespace LlmOperator.NodeAgent.Peers.Fetching;

/// <summary>Another node that can be asked.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Address">Base URL of its agent, which ends in a slash.</param>
internal sealed record Peer(string Node, Uri Address);
