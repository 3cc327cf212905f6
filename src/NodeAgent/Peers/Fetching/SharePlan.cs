namespace LlmOperator.NodeAgent.Peers.Fetching;

/// <summary>How nodes that pull one file at the same time divide it among them. Pure, immutable.</summary>
internal sealed class SharePlan
{
    // One request brings so many units at most, of which a file has so many times its nodes at least.
    private const int LongestRun = 4;
    private const int RunsOfOneTaker = 8;
    private readonly string _node;
    private readonly int _run;
    private readonly string[] _takers;
    private readonly string[] _seeders;

    private SharePlan(
        string node,
        string[] takers,
        int run,
        string[] seeders,
        HashSet<string> sharedBy,
        IReadOnlyList<PeerUnitSource> peers
    )
    {
        (_node, _takers, _run, _seeders, SharedBy, Peers) = (node, takers, run, seeders, sharedBy, peers);
        HasDigests = peers.Any(p => p.IsTrusted && p.GivesDigests);
    }

    /// <summary>Of a node that knows of no other.</summary>
    public static SharePlan Alone { get; } = new("", [], 1, [], [], []);

    /// <summary>Peers whose units each node takes its part of.</summary>
    public IReadOnlySet<string> SharedBy { get; }

    /// <summary>Peers that can be asked.</summary>
    public IReadOnlyList<PeerUnitSource> Peers { get; }

    /// <summary>A named seeder says what digests units must have.</summary>
    public bool HasDigests { get; }

    /// <summary>The division at one moment.</summary>
    /// <param name="node">This node.</param>
    /// <param name="isSeeder">It is one that the operator named.</param>
    /// <param name="usable">Peers that can be asked.</param>
    /// <param name="look">What is known of all.</param>
    /// <param name="peers">Those that are asked.</param>
    /// <param name="isFromOrigin">This node goes to the origin.</param>
    /// <param name="isEarly">The pull began so lately that what others do is not known yet.</param>
    /// <param name="units">Units of the file.</param>
    public static SharePlan Of(
        string node,
        bool isSeeder,
        IReadOnlyList<PeerCandidate> usable,
        PeerLook look,
        IReadOnlyList<PeerUnitSource> peers,
        bool isFromOrigin,
        bool isEarly,
        int units
    )
    {
        // From the origin or not: what counts is who else is waiting for what a seeder has.
        string[] takers = isSeeder
            ? []
            :
            [
                .. usable
                    .Where(c => !c.Holds)
                    .Select(c => c.Peer.Node)
                    // Who else wants it shows in a second or two: until then nobody takes more than the least part.
                    .Concat(look.Neighbours)
                    .Append(node)
                    .Distinct()
                    .Where(name => !look.Seeders.Contains(name))
                    .Order(StringComparer.Ordinal),
            ];
        string[] seeders = isFromOrigin
            ?
            [
                .. usable
                    .Where(c => !c.Holds && (c.FromOrigin || look.Seeders.Contains(c.Peer.Node)))
                    .Select(c => c.Peer.Node)
                    // Nodes that are named begin at the same time, before they know of each other.
                    .Concat(look.Seeders.Where(s => isEarly && look.Candidates.All(c => c.Peer.Node != s)))
                    .Append(node)
                    .Distinct()
                    .Order(StringComparer.Ordinal),
            ]
            : [];
        int run = Math.Clamp(units / (RunsOfOneTaker * Math.Max(1, takers.Length)), 1, LongestRun);
        return new SharePlan(node, takers, run, seeders, isSeeder ? [] : [.. look.Seeders], peers);
    }

    /// <summary>Whether this node takes a unit from a seeder for the others.</summary>
    public bool IsMine(int unit) => _takers.Length == 0 || _takers[unit / _run % _takers.Length] == _node;

    /// <summary>Whether this node takes a run of units from the origin for the other seeders.</summary>
    public bool IsMyPartOfOrigin(int run) => _seeders.Length == 0 || _seeders[run % _seeders.Length] == _node;
}
