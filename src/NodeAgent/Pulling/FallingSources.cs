namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// The origin and its mirrors in their order: each is asked only while the one before it fails. Safe for concurrent use.
/// </summary>
internal static class FallingSources
{
    /// <summary>The sources with that order.</summary>
    /// <param name="sources">The first is asked first.</param>
    /// <param name="onFall">Hears of each source, at its first failure only, after which the next one is asked.</param>
    public static IReadOnlyList<IUnitSource> InOrder(
        IReadOnlyList<IUnitSource> sources,
        Action<PullFall>? onFall = null
    )
    {
        List<IUnitSource> ordered = [];
        Link? before = null;
        foreach ((int index, IUnitSource source) in sources.Index())
        {
            before = new Link(source, before, sources.ElementAtOrDefault(index + 1)?.Name, onFall);
            ordered.Add(before);
        }

        return ordered;
    }

    private sealed class Link(IUnitSource inner, Link? before, string? next, Action<PullFall>? onFall)
        : IUnitSource
    {
        private volatile bool _failed;
        private int _told;

        public string Name => inner.Name;

        public UnitSourceKind Kind => inner.Kind;

        public int Connections => before is null or { _failed: true } ? inner.Connections : 0;

        public bool IsSequential => inner.IsSequential;

        public string? EntityTag => inner.EntityTag;

        public bool Has(int unit) => inner.Has(unit);

        public Task RefreshAsync(CancellationToken cancellationToken) =>
            inner.RefreshAsync(cancellationToken);

        public string? TrustedDigestOf(int unit) => inner.TrustedDigestOf(unit);

        public void Blame(int unit, UnitFault fault) => inner.Blame(unit, fault);

        public async Task<Stream> OpenAsync(UnitSpan span, CancellationToken cancellationToken)
        {
            try
            {
                Stream stream = await inner.OpenAsync(span, cancellationToken);
                _failed = false;
                return stream;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                _failed = true;
                if (next is not null && Interlocked.Exchange(ref _told, 1) == 0)
                {
                    onFall?.Invoke(new PullFall(inner.Name, next, error.Message));
                }

                throw;
            }
        }
    }
}
