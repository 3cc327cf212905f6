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
    PeerSourceSet set,
    int connections
) : IUnitSource
{
    private volatile PeerUnits? _units;

    public Peer Peer => peer;

    public string Name => $"peer {peer.Node}";

    public UnitSourceKind Kind => UnitSourceKind.Peer;

    public int Connections => connections;

    /// <summary>The node is one that the operator named: its unit digests count.</summary>
    public bool IsTrusted { get; set; }

    /// <summary>Whether its list of units says digests in this node's own units.</summary>
    public bool GivesDigests => _units is { Digests: not null } units && units.UnitBytes == layout.UnitBytes;

    /// <summary>What the peer itself has.</summary>
    public bool Offers(int unit) =>
        _units is { } units && units.Covers(layout.OffsetOf(unit), layout.LengthOf(unit));

    public bool Has(int unit) => Offers(unit) && set.MayTake(this, unit);

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            PeerUnits? units = await client.UnitsAsync(
                peer,
                digest,
                set.Replica,
                IsTrusted,
                _units?.HaveCount ?? 0,
                cancellationToken
            );
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
            if (IsTrusted && GivesDigests)
            {
                set.Trust(units);
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
            set.Failed(this, error);
            throw;
        }
    }

    public string? TrustedDigestOf(int unit) => set.TrustedDigestOf(unit);

    public void Blame(int unit, string why) => set.Blame(this, unit, why);
}
