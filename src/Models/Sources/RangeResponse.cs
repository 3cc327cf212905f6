namespace LlmOperator.Models.Sources;

/// <summary>An open range. Dispose it to free the connection.</summary>
public sealed class RangeResponse : IAsyncDisposable
{
    private readonly IDisposable? _owner;

    /// <summary>Takes ownership of <paramref name="content"/> and <paramref name="owner"/>.</summary>
    public RangeResponse(RangeOutcome outcome, Stream content, IDisposable? owner = null)
    {
        Outcome = outcome;
        Content = content;
        _owner = owner;
    }

    /// <summary>What the source did.</summary>
    public RangeOutcome Outcome { get; }

    /// <summary>The bytes. A cut connection is an <see cref="IOException"/> of its reads.</summary>
    public Stream Content { get; }

    /// <summary>Where the redirects ended; null for a local file. It may be signed, so it must not be shown.</summary>
    public Uri? Address { get; init; }

    /// <summary>Bytes of the whole file, when the source said so.</summary>
    public long? TotalBytes { get; init; }

    /// <summary>
    /// What tells one state of the whole file from another: its strong ETag, else the time of its last change. Null when
    /// the source says neither.
    /// </summary>
    public string? EntityTag { get; init; }

    /// <summary>Closes the content and its connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await Content.DisposeAsync();
        _owner?.Dispose();
    }
}
