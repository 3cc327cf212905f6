namespace LlmOperator.NodeAgent.Pulling;

/// <summary>One place that can give units of one file. Safe for concurrent use.</summary>
internal interface IUnitSource
{
    /// <summary>For people: <c>origin</c>, <c>mirror registry.local</c>, <c>peer n2</c>.</summary>
    string Name { get; }

    UnitSourceKind Kind { get; }

    /// <summary>Requests at the same time, at most; may change.</summary>
    int Connections { get; }

    /// <summary>
    /// True for a place that gives the file only from its start to its end. The stream that it opens then goes on to the
    /// end of the file, whatever was asked for.
    /// </summary>
    bool IsSequential => false;

    /// <summary>What tells the state of the file that the place has from others; null where nobody says.</summary>
    string? EntityTag => null;

    /// <summary>Whether the place has a unit; an origin has all.</summary>
    bool Has(int unit);

    /// <summary>Asks what the place has now; does nothing where that cannot change.</summary>
    Task RefreshAsync(CancellationToken cancellationToken);

    /// <summary>Opens the bytes of a span. The caller disposes the stream. A cut connection is an <see cref="IOException"/>.</summary>
    /// <exception cref="Models.Sources.ModelSourceException">The place cannot give them; says why.</exception>
    /// <exception cref="ContentChangedException">The file is no longer the one that the pull began with.</exception>
    Task<Stream> OpenAsync(UnitSpan span, CancellationToken cancellationToken);

    /// <summary>Digest that a unit must have, in hex, from someone who is trusted with it; null where nobody said.</summary>
    string? TrustedDigestOf(int unit) => null;

    /// <summary>Tells that the bytes of a unit were wrong.</summary>
    void Blame(int unit, UnitFault fault);
}
