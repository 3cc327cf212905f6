using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Peers.Serving;
using LlmOperator.NodeAgent.Pulling;

namespace LlmOperator.NodeAgent.Peers.Fetching;

/// <summary>One peer that gives units of one file.</summary>
internal sealed class PeerUnitSource(
    Peer peer,
    ModelDigest digest,
    UnitLayout layout,
    PeerClient client,
    PeerSourceSet set
) : IUnitSource
{
    private volatile PeerUnits? _units;
    private volatile bool _gaveDigests;

    public Peer Peer => peer;

    public string Name => $"peer {peer.Node}";

    public UnitSourceKind Kind => UnitSourceKind.Peer;

    public int Connections => set.ConnectionsToOne;

    /// <summary>The node is one that the operator named: its unit digests count.</summary>
    public bool IsTrusted { get; set; }

    /// <summary>Whether its list of units says digests in this node's own units.</summary>
    public bool GivesDigests => _gaveDigests;

    /// <summary>It has the whole file, so that it could check it.</summary>
    public bool HasAll => _units is { } units && units.HaveCount == units.Count;

    /// <summary>What the peer itself has.</summary>
    public bool Offers(int unit) =>
        _units is { } units && units.Covers(layout.OffsetOf(unit), layout.LengthOf(unit));

    public bool Has(int unit) => Offers(unit) && set.MayTake(this, unit);

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        byte[]? told = IsTrusted ? set.UnitsWithDigest() : null;
        int known = _units?.HaveCount ?? 0;
        if (known > 0 && known == _units!.Count && !HasNewDigests(told))
        {
            return;
        }

        try
        {
            PeerUnits? units = await client.UnitsAsync(
                peer,
                digest,
                set.Replica,
                new UnitsQuestion
                {
                    Known = known,
                    Told = told,
                    Wait = UnitsQuestion.LongestWait,
                },
                cancellationToken
            );
            set.Answered(this);
            if (units is null)
            {
                return;
            }

            if (units.SizeBytes != layout.SizeBytes)
            {
                throw new PeerException($"Node {peer.Node} has a file of another size under the digest.");
            }

            if (units.HaveCount > (_units?.HaveCount ?? 0))
            {
                set.OthersMoved();
            }

            _units = units;
            if (IsTrusted && units.Digests is not null && units.UnitBytes == layout.UnitBytes)
            {
                _gaveDigests = true;
                set.Trust(this, units);
            }
        }
        catch (PeerException error)
        {
            set.Failed(this, error);
        }
    }

    public async Task<Stream> OpenAsync(UnitSpan span, CancellationToken cancellationToken)
    {
        try
        {
            Stream stream = await client.OpenAsync(
                peer,
                digest,
                new ByteRange(span.Offset, span.Length),
                layout.SizeBytes,
                set.Replica,
                cancellationToken
            );
            return new MovingStream(stream, set.PeerMoved);
        }
        catch (PeerException error)
        {
            if (error.IsLacking)
            {
                // It has it no more, or not where it was: it is asked anew what it has.
                _units = null;
            }

            set.Failed(this, error);
            if (error.RetryAfter is { } rest)
            {
                throw new SourceBusyException(error.Message, rest);
            }

            throw;
        }
    }

    // A file that came without its units' digests is hashed when the first one asks.
    private bool HasNewDigests(byte[]? told) =>
        told is not null
        && _units is { } units
        && units.UnitBytes == layout.UnitBytes
        && Enumerable.Range(0, layout.Count).Any(unit => (told[unit / 8] & (1 << (unit % 8))) == 0);

    public string? TrustedDigestOf(int unit) => set.TrustedDigestOf(unit);

    public void Blame(int unit, UnitFault fault) => set.Blame(this, unit, fault);
}
