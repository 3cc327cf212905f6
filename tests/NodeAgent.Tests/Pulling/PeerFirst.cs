using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Pulling;

namespace LlmOperator.NodeAgent.Tests.Pulling;

/// <summary>
/// A peer and the origin. One unit is the peer's: the origin has it only after the peer gave it, so that the test does not
/// depend on who is quicker.
/// </summary>
internal sealed class PeerFirst : IUnitSourceFinder
{
    private readonly int _unitOfPeer;
    private volatile bool _hasGiven;

    /// <param name="bytes">What the peer gives.</param>
    /// <param name="unitOfPeer">The unit that comes from the peer first.</param>
    /// <param name="trusted">Digests that someone trusted gave.</param>
    public PeerFirst(byte[] bytes, int unitOfPeer, Func<int, string?> trusted)
    {
        _unitOfPeer = unitOfPeer;
        Peer = PullContent.Peer(
            bytes,
            unit =>
            {
                // Asked for when all of the unit is here, and before anybody else may take it.
                _hasGiven |= unit == unitOfPeer;
                return trusted(unit);
            }
        );
    }

    public ScriptedUnitSource Peer { get; }

    public IUnitSourceSet Begin(PullRequest request, ResolvedFile file, IReadOnlyList<IUnitSource> origins) =>
        new Set([
            Peer,
            .. origins.Select(origin => new LateOrigin(origin, unit => unit != _unitOfPeer || _hasGiven)),
        ]);

    private sealed class Set(IReadOnlyList<IUnitSource> sources) : IUnitSourceSet
    {
        public IReadOnlyList<IUnitSource> Current => sources;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class LateOrigin(IUnitSource origin, Func<int, bool> has) : IUnitSource
    {
        public string Name => origin.Name;

        public UnitSourceKind Kind => origin.Kind;

        public int Connections => origin.Connections;

        public bool IsSequential => origin.IsSequential;

        public string? EntityTag => origin.EntityTag;

        public bool Has(int unit) => origin.Has(unit) && has(unit);

        public Task RefreshAsync(CancellationToken cancellationToken) =>
            origin.RefreshAsync(cancellationToken);

        public Task<Stream> OpenAsync(UnitSpan span, CancellationToken cancellationToken) =>
            origin.OpenAsync(span, cancellationToken);

        public string? TrustedDigestOf(int unit) => origin.TrustedDigestOf(unit);

        public void Blame(int unit, UnitFault fault) => origin.Blame(unit, fault);
    }
}
