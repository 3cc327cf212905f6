namespace LlmOperator.NodeAgent.Peers.Serving;

/// <summary>SHA-256 of each unit of a file that was verified as a whole.</summary>
internal sealed record UnitDigestList
{
    public required long UnitBytes { get; init; }

    /// <summary>Lower-case hex, in the order of the units.</summary>
    public required IReadOnlyList<string> Sha256 { get; init; }
}
