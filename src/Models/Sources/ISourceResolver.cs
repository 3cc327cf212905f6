namespace LlmOperator.Models.Sources;

/// <summary>Turns names into digests and addresses.</summary>
public interface ISourceResolver
{
    /// <summary>Resolves <paramref name="source"/>; one or a few small requests, no download.</summary>
    /// <exception cref="ModelSourceException">The source cannot be resolved; says why and what to do.</exception>
    Task<ResolvedModel> ResolveAsync(
        ModelSource source,
        SourceCredentials? credentials,
        CancellationToken cancellationToken
    );
}
