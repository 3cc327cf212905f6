using LlmOperator.NodeAgent.Pulling;

namespace LlmOperator.NodeAgent.Peers.Fetching;

/// <summary>What one pull knows of the world around its node, and how it tells it something.</summary>
internal sealed record PeerWorldView
{
    /// <summary>This node.</summary>
    public required string Node { get; init; }

    /// <summary>The replica that wants the file, <c>namespace/name</c>; empty for none.</summary>
    public required string Replica { get; init; }

    public required Func<PeerLook> Look { get; init; }

    public required Func<Peer, UnitLayout, PeerSourceSet, PeerUnitSource> Source { get; init; }

    /// <summary>Says whether this node takes the file from the origin.</summary>
    public required Action<bool> Show { get; init; }

    /// <summary>A peer cannot be asked: its name and why.</summary>
    public required Action<string, string> Tell { get; init; }

    /// <summary>No peer gives the file, so that the origin is asked.</summary>
    public Action<PullFall>? OnFall { get; init; }

    /// <summary>A peer gave wrong bytes: its name and which.</summary>
    public required Action<string, string> Quarantine { get; init; }

    /// <summary>Whether a node gave wrong bytes, to this pull or another of the node.</summary>
    public required Func<string, bool> IsQuarantined { get; init; }
}
