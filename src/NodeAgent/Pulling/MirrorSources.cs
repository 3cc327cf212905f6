using LlmOperator.Models.Sources;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>Finds the mirrors of a request that have the very same file.</summary>
internal sealed partial class MirrorSources(
    ISourceResolver resolver,
    IRangeClient ranges,
    PullLimits limits,
    PullOptions options,
    ILogger logger
)
{
    private readonly ILogger _logger = logger;

    /// <summary>The mirrors that have a file; the caller disposes them. Files without a digest have none: nothing would tell whether they are the same.</summary>
    public async Task<IReadOnlyList<OriginUnitSource>> FindAsync(
        PullRequest request,
        ResolvedFile file,
        CancellationToken cancellationToken
    )
    {
        List<OriginUnitSource> mirrors = [];
        foreach (PullMirror mirror in file.Digest is null ? [] : request.Mirrors)
        {
            try
            {
                if (await CopyAsync(mirror, cancellationToken) is { } copy)
                {
                    mirrors.Add(
                        new OriginUnitSource(
                            $"mirror {mirror.Name}",
                            UnitSourceKind.Mirror,
                            copy,
                            ranges,
                            async token => await CopyAsync(mirror, token) ?? copy,
                            () => Math.Min(options.Connections, limits.Hosts.Of(copy.Url.Authority)),
                            entityTag: null
                        )
                    );
                }
            }
            catch (ModelSourceException error)
            {
                // Its Secret is missing: the source and the other mirrors may do without it.
                LogMirror(mirror.Name, error.Message);
            }
        }

        return mirrors;

        async Task<ResolvedFile?> CopyAsync(PullMirror mirror, CancellationToken token) =>
            (
                await resolver.ResolveAsync(mirror.Source, await mirror.Credentials(token), token)
            ).Files.FirstOrDefault(f => f.Digest == file.Digest && f.SizeBytes == file.SizeBytes);
    }

    [LoggerMessage(LogLevel.Warning, "The mirror {Mirror} is left out: {Error}")]
    private partial void LogMirror(string mirror, string error);
}
