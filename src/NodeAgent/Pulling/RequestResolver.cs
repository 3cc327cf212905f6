using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>From what a pull asks for to files with addresses.</summary>
internal sealed class RequestResolver(ISourceResolver resolver, FileDownload download, PullOptions options)
{
    /// <summary>Resolves the request, again while the source fails for a moment.</summary>
    /// <exception cref="ModelSourceException">The source cannot be used.</exception>
    /// <exception cref="DigestMismatchException">The source has something else than what was promised.</exception>
    public async Task<ResolvedModel> ResolveAsync(
        PullRequest request,
        PullTracker tracker,
        CancellationToken cancellationToken
    )
    {
        for (int failures = 1; ; failures++)
        {
            try
            {
                ResolvedModel model = await ResolveOnceAsync(request, cancellationToken);
                RequireDigest(request, model);
                return model;
            }
            catch (Exception error)
                when (SourceHealth.IsTransient(error) && failures < options.FruitlessAttempts)
            {
                await download.WaitAsync(error, failures, tracker, cancellationToken);
            }
        }
    }

    /// <summary>Gets a fresh address for one file of the request.</summary>
    /// <exception cref="ModelSourceException">The source does not have that file any more, or cannot be used.</exception>
    public async Task<ResolvedFile> ResolveAgainAsync(
        PullRequest request,
        ResolvedFile file,
        CancellationToken cancellationToken
    )
    {
        ResolvedModel model = await ResolveOnceAsync(request, cancellationToken);
        return model.Files.FirstOrDefault(f =>
                f.Role == file.Role
                && f.Digest == file.Digest
                && f.SizeBytes == file.SizeBytes
                // Parts of a split model without digests may be of one size.
                && (file.Digest is not null || f.Url.AbsolutePath == file.Url.AbsolutePath)
            )
            ?? throw new ModelSourceException(
                ModelSourceFailure.Invalid,
                $"{model.DisplayName} changed during the download; it is pulled anew."
            );
    }

    private async Task<ResolvedModel> ResolveOnceAsync(
        PullRequest request,
        CancellationToken cancellationToken
    )
    {
        SourceCredentials? credentials = request.Credentials is { } read
            ? await read(cancellationToken)
            : null;
        return WithPinned(
            request,
            await resolver.ResolveAsync(request.Source, credentials, cancellationToken)
        );
    }

    // HTTP without a digest in the source: what the replica pins still holds.
    private static ResolvedModel WithPinned(PullRequest request, ResolvedModel model) =>
        request.Expected is { } pinned && model.Digest is null
            ? model with
            {
                Digest = pinned,
                Files = [model.Files[0] with { Digest = pinned }, .. model.Files.Skip(1)],
            }
            : model;

    private static void RequireDigest(PullRequest request, ResolvedModel model)
    {
        if (request.Expected is { } expected && model.Digest is { } resolved && resolved != expected)
        {
            throw new DigestMismatchException($"{model.DisplayName} as it is now", expected, resolved);
        }
    }
}
