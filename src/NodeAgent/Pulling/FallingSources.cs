namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// The origin and its mirrors in their order: each is asked only while the one before it fails. Safe for concurrent use.
/// </summary>
internal static class FallingSources
{
    /// <summary>The sources with that order.</summary>
    public static IReadOnlyList<IUnitSource> InOrder(IReadOnlyList<IUnitSource> sources)
    {
        List<IUnitSource> ordered = [];
        Link? before = null;
        foreach (IUnitSource source in sources)
        {
            before = new Link(source, before);
            ordered.Add(before);
        }

        return ordered;
    }

    private sealed class Link(IUnitSource inner, Link? before) : IUnitSource
    {
        private volatile bool _failed;

        public string Name => inner.Name;

        public UnitSourceKind Kind => inner.Kind;

        public int Connections => before is null or { _failed: true } ? inner.Connections : 0;

        public bool IsSequential => inner.IsSequential;

        public string? EntityTag => inner.EntityTag;

        public bool Has(int unit) => inner.Has(unit);

        public Task RefreshAsync(CancellationToken cancellationToken) =>
            inner.RefreshAsync(cancellationToken);

        public string? TrustedDigestOf(int unit) => inner.TrustedDigestOf(unit);

        public void Blame(int unit, string why) => inner.Blame(unit, why);

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
                throw;
            }
        }
    }
}
