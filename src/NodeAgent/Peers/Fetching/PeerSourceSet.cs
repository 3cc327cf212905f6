using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Peers.Serving;
using LlmOperator.NodeAgent.Pulling;

namespace LlmOperator.NodeAgent.Peers.Fetching;

/// <summary>
/// Who may be asked for one file while it is pulled: peers, and the origin when this node seeds or no peer moves.
/// <para>
/// A seeder takes from the origin what no peer has; several seeders share the file. Of what a seeder has, each other node
/// takes its own part first and gives that to the rest, so that no uplink carries the file more than about once. When
/// nothing comes in for a while, every peer may be asked for everything; and the origin for the other seeders' parts when
/// they get nothing either.
/// </para>
/// Thread-safe.
/// </summary>
internal sealed class PeerSourceSet : IUnitSourceSet
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(200);

    // What a node pulls is in its status a second or two later.
    private static readonly TimeSpan s_early = TimeSpan.FromSeconds(5);

    // So long nodes that may want the file count as if they did.
    private static readonly TimeSpan s_hidden = TimeSpan.FromSeconds(2.5);

    // Origins give runs of units over one connection.
    private const int UnitsOfOneSeeder = 8;
    private readonly Lock _lock = new();
    private readonly PeerWorldView _world;
    private readonly ResolvedFile _file;
    private readonly UnitLayout _layout;
    private readonly PeerOptions _options;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<IUnitSource> _origins;
    private readonly Dictionary<string, PeerUnitSource> _peers = [];
    private readonly Dictionary<string, long> _resting = [];
    private readonly HashSet<string> _refusing = [];
    private readonly Dictionary<string, long> _failingSince = [];
    private readonly SaidDigests _said;
    private readonly bool[] _doubtful;
    private readonly Func<ValueTask> _ended;
    private IReadOnlyList<IUnitSource> _current = [];
    private SharePlan _plan = SharePlan.Alone;
    private readonly long _beganAt;
    private long _lookedAt;
    private bool _hasLooked;
    private bool _isOriginOpen;
    private long _peerMovedAt;
    private long _movedAt;
    private long _othersMovedAt;

    public PeerSourceSet(
        PeerWorldView world,
        ResolvedFile file,
        UnitLayout layout,
        IReadOnlyList<IUnitSource> origins,
        PeerOptions options,
        TimeProvider time,
        Func<ValueTask> ended
    )
    {
        (_world, _file, _layout, _options, _time, _ended) = (world, file, layout, options, time, ended);
        _origins = [.. origins.Select(origin => new OriginGate(origin, this))];
        _said = new SaidDigests(layout.Count);
        _doubtful = new bool[layout.Count];
        _beganAt = _peerMovedAt = _movedAt = _othersMovedAt = time.GetTimestamp();
    }

    /// <summary>The replica that wants the file, <c>namespace/name</c>; empty for none.</summary>
    public string Replica => _world.Replica;

    public IReadOnlyList<IUnitSource> Current
    {
        get
        {
            lock (_lock)
            {
                if (!_hasLooked || _time.GetElapsedTime(_lookedAt) >= s_look)
                {
                    Look();
                    (_hasLooked, _lookedAt) = (true, _time.GetTimestamp());
                }

                return _current;
            }
        }
    }

    /// <summary>Requests to one peer at the same time.</summary>
    public int ConnectionsToOne =>
        Math.Max(
            _options.Connections,
            _options.AllConnections / Math.Max(1, Volatile.Read(ref _plan).Peers.Count)
        );

    public ValueTask DisposeAsync() => _ended();

    /// <summary>Whether a unit that a peer has may be taken from it now.</summary>
    public bool MayTake(PeerUnitSource source, int unit)
    {
        SharePlan plan = Volatile.Read(ref _plan);
        if (IsStarving)
        {
            return true;
        }

        // Who else gives it must be checked with a digest of someone who is trusted, while one may come: a seeder that has
        // the unit and says none has it from a peer too.
        if (
            !source.IsTrusted
            && plan.HasDigests
            && _said.Of(unit) is null
            && !plan.Peers.Any(p => p.IsTrusted && p.Offers(unit))
        )
        {
            return false;
        }

        return !plan.SharedBy.Contains(source.Peer.Node) || plan.IsMine(unit);
    }

    /// <summary>Whether a unit may be taken from the origin now.</summary>
    public bool MayAskOrigin(int unit)
    {
        SharePlan plan = Volatile.Read(ref _plan);
        return Volatile.Read(ref _isOriginOpen)
            && (
                Volatile.Read(ref _doubtful[unit])
                || (
                    plan.Peers.Any(p => p.Offers(unit))
                        ? Since(ref _movedAt) >= _options.OriginAfter
                        : plan.IsMyPartOfOrigin(unit / UnitsOfOneSeeder)
                            || (IsStarving && Since(ref _othersMovedAt) >= _options.ShareFor)
                )
            );
    }

    public string? TrustedDigestOf(int unit) => _said.Of(unit);

    /// <summary>Takes the unit digests of a named seeder; what one said first counts.</summary>
    public void Trust(PeerUnitSource source, PeerUnits units) => _said.Add(source.Peer.Node, units);

    /// <summary>Units whose digests were said, as bits.</summary>
    public byte[] UnitsWithDigest() => _said.Bits();

    public void PeerMoved()
    {
        long now = _time.GetTimestamp();
        Interlocked.Exchange(ref _peerMovedAt, now);
        Interlocked.Exchange(ref _movedAt, now);
    }

    /// <summary>A peer has units that it did not have before.</summary>
    public void OthersMoved() => Interlocked.Exchange(ref _othersMovedAt, _time.GetTimestamp());

    public void OriginMoved() => Interlocked.Exchange(ref _movedAt, _time.GetTimestamp());

    /// <summary>A peer answered.</summary>
    public void Answered(PeerUnitSource source)
    {
        lock (_lock)
        {
            _failingSince.Remove(source.Peer.Node);
        }
    }

    /// <summary>A peer did not give what it was asked for: it rests, and is asked anew afterwards.</summary>
    public void Failed(PeerUnitSource source, PeerException error)
    {
        if (error.RetryAfter is not null || error.IsLacking)
        {
            return;
        }

        _world.Tell(source.Peer.Node, error.Message);
        lock (_lock)
        {
            if (error.IsRefusing)
            {
                _refusing.Add(source.Peer.Node);
            }

            _failingSince.TryAdd(source.Peer.Node, _time.GetTimestamp());
            Rest(source);
        }
    }

    /// <summary>
    /// A peer gave wrong bytes. Who is known to be guilty goes into quarantine; where that is open, the peer is left alone
    /// in this pull until the whole file tells.
    /// </summary>
    public void Blame(PeerUnitSource source, int unit, UnitFault fault)
    {
        string giver = source.Peer.Node;
        if (fault.Check == UnitCheck.WholeFile)
        {
            string guilty = _said.AuthorOr(giver, unit, fault);
            // Who has only a part, and said no digest, could not know better.
            if (guilty != giver || source.HasAll)
            {
                Quarantine(guilty, unit, saidIt: guilty != giver, "The origin has other bytes.");
            }
        }
        else if (_said.Dispute(giver, unit, fault.Given))
        {
            Quarantine(giver, unit, saidIt: false, "It said another digest itself.");
        }

        lock (_lock)
        {
            Rest(source);
        }
    }

    public void Doubt(IEnumerable<int> units)
    {
        lock (_lock)
        {
            foreach (int unit in units)
            {
                Volatile.Write(ref _doubtful[unit], true);
            }

            Volatile.Write(ref _isOriginOpen, true);
            _hasLooked = false;
        }
    }

    public void Settle(Func<int, string> digestOf)
    {
        foreach ((string node, int unit, bool saidIt) in _said.Settle(digestOf))
        {
            Quarantine(node, unit, saidIt, "The whole file tells.");
        }
    }

    private void Quarantine(string node, int unit, bool saidIt, string why) =>
        _world.Quarantine(
            node,
            $"Node {node} {(saidIt ? "said a wrong digest of" : "gave wrong bytes in")} unit {unit} of {_file.Digest}, and is not asked for {PeerQuarantine.Duration.TotalMinutes:0} minutes. {why}"
        );

    private bool IsStarving => Since(ref _movedAt) >= _options.ShareFor;

    private TimeSpan Since(ref long moment) => _time.GetElapsedTime(Interlocked.Read(ref moment));

    private void Rest(PeerUnitSource source)
    {
        _resting[source.Peer.Node] = _time.GetTimestamp();
        if (_peers.GetValueOrDefault(source.Peer.Node) == source)
        {
            _peers.Remove(source.Peer.Node);
        }

        _hasLooked = false;
    }

    private void Look()
    {
        PeerLook look = _world.Look();
        if (_time.GetElapsedTime(_beganAt) >= s_hidden)
        {
            look = look with { Neighbours = [] };
        }

        List<PeerCandidate> usable =
        [
            .. look.Candidates.Where(c =>
                !_refusing.Contains(c.Peer.Node) && !IsResting(c.Peer.Node) && !_said.IsInDispute(c.Peer.Node)
            ),
        ];
        bool isSeeder = look.Seeders.Contains(_world.Node);
        List<PeerCandidate> near = [.. usable.Where(c => c.IsNear)];
        if (!isSeeder && near.Any(c => c.Holds || look.Seeders.Contains(c.Peer.Node)))
        {
            usable = near;
        }

        HashSet<string> chosen =
        [
            .. usable.Select(c => c.Peer.Node).Where(look.Seeders.Contains),
            .. Rendezvous.Order(usable.Select(c => c.Peer.Node), _world.Node),
        ];
        List<PeerUnitSource> peers = [];
        foreach (string node in chosen.Take(_options.MostPeers))
        {
            peers.Add(SourceOf(usable.First(c => c.Peer.Node == node).Peer, look.Seeders));
        }

        // Asked before their status says anything: a second of every pull.
        peers.AddRange(
            look.Expected.Where(p =>
                    !_refusing.Contains(p.Node) && !IsResting(p.Node) && !_said.IsInDispute(p.Node)
                )
                .Select(p => SourceOf(p, look.Seeders))
        );

        foreach (string gone in _peers.Keys.Except(peers.Select(p => p.Peer.Node)).ToArray())
        {
            _peers.Remove(gone);
        }

        bool isNamed = look.Seeders.Count > 0;
        bool hasHolder = usable.Any(c => c.Holds);
        bool isFirst = (isSeeder || !isNamed) && !hasHolder;
        if (!_isOriginOpen && (isFirst || IsPatienceOver(usable, look)))
        {
            Volatile.Write(ref _isOriginOpen, true);
            if (!isFirst)
            {
                _world.OnFall?.Invoke(
                    new PullFall(
                        "peers",
                        "origin",
                        "No node that has or fetches the files gave any for a while."
                    )
                );
            }
        }

        Volatile.Write(
            ref _plan,
            SharePlan.Of(
                _world.Node,
                isSeeder,
                usable,
                look,
                peers,
                _isOriginOpen,
                isEarly: _time.GetElapsedTime(_beganAt) < s_early,
                _layout.Count
            )
        );
        _current = _isOriginOpen ? [.. peers, .. _origins] : peers;
        _world.Show(_isOriginOpen);
    }

    private bool IsPatienceOver(List<PeerCandidate> usable, PeerLook look)
    {
        if (
            usable.Count == 0
            && look.Candidates.Count > 0
            && look.Candidates.All(c => _refusing.Contains(c.Peer.Node))
        )
        {
            // Nobody may give it to this node.
            return true;
        }

        string[] waiting = [.. usable.Where(c => !c.Holds).Select(c => c.Peer.Node), _world.Node];
        int place = Rendezvous.Place(waiting, _world.Node, _file.Digest.ToString()!);
        TimeSpan patience =
            look.Seeders.Count > 0 && look.Seeders.All(IsGone) ? _options.ShareFor : _options.OriginAfter;
        return Since(ref _peerMovedAt) >= patience + place * _options.OriginStep;
    }

    // A seeder that gives wrong bytes, or cannot be reached, brings nothing more that is worth to be waited for.
    private bool IsGone(string seeder) =>
        _world.IsQuarantined(seeder)
        || _said.IsInDispute(seeder)
        || (
            _failingSince.TryGetValue(seeder, out long since)
            && _time.GetElapsedTime(since) >= _options.ShareFor
        );

    private bool IsResting(string node) =>
        _resting.TryGetValue(node, out long at) && _time.GetElapsedTime(at) < _options.Rest;

    private PeerUnitSource SourceOf(Peer peer, IReadOnlyList<string> seeders)
    {
        if (!_peers.TryGetValue(peer.Node, out PeerUnitSource? source) || source.Peer != peer)
        {
            source = _world.Source(peer, _layout, this);
            _peers[peer.Node] = source;
        }

        source.IsTrusted = seeders.Contains(peer.Node) && !_said.IsOutvoted(peer.Node);
        return source;
    }
}
