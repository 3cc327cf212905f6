namespace LlmOperator.Models.Sources;

/// <summary>Opens files of a resolved model from any offset.</summary>
public interface IRangeClient
{
    /// <summary>
    /// Opens <paramref name="file"/> from <paramref name="offset"/> to its end. The caller disposes the response.
    /// </summary>
    /// <exception cref="ModelSourceException">The source did not give the range; says why.</exception>
    Task<RangeResponse> OpenRangeAsync(ResolvedFile file, long offset, CancellationToken cancellationToken);

    /// <summary>As above, for <paramref name="length"/> bytes.</summary>
    /// <exception cref="ModelSourceException">The source did not give the range; says why.</exception>
    Task<RangeResponse> OpenRangeAsync(
        ResolvedFile file,
        long offset,
        long length,
        CancellationToken cancellationToken
    );
}
