using LlmOperator.NodeAgent.Pulling;

namespace LlmOperator.NodeAgent.Peers.Fetching;

/// <summary>An origin or a mirror, asked only for what this node may take from there.</summary>
internal sealed class OriginGate(IUnitSource inner, PeerSourceSet set) : IUnitSource
{
    public string Name => inner.Name;

    public UnitSourceKind Kind => inner.Kind;

    public int Connections => inner.Connections;

    public bool IsSequential => inner.IsSequential;

    public string? EntityTag => inner.EntityTag;

    public bool Has(int unit) => set.MayAskOrigin(unit) && inner.Has(unit);

    public Task RefreshAsync(CancellationToken cancellationToken) => inner.RefreshAsync(cancellationToken);

    public async Task<Stream> OpenAsync(UnitSpan span, CancellationToken cancellationToken) =>
        new MovingStream(await inner.OpenAsync(span, cancellationToken), set.OriginMoved);

    public void Blame(int unit, UnitFault fault) => inner.Blame(unit, fault);
}
