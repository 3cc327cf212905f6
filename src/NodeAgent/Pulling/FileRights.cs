using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// Whether a replica may have a file that was pulled with somebody's credential. A namespace has the right after the
/// origin gave it one byte of the file for its own credential (as Kubernetes does with images, KEP-2535).
/// </summary>
internal sealed class FileRights(AccessLabels labels, IRangeClient ranges)
{
    /// <summary>True when a stored file is open to the asker without asking the origin.</summary>
    public bool Has(PullRequest request, ModelDigest digest) => labels.IsOpenTo(digest, request.Namespace);

    /// <summary>Asks the origin where the right is not known. A new private file has its label when this returns.</summary>
    /// <param name="request">Who asks.</param>
    /// <param name="file">The file, with the asker's own credential.</param>
    /// <param name="isStored">Whether its bytes are here.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ModelSourceException">The origin does not give the asker the file, or cannot be asked.</exception>
    public async Task RequireAsync(
        PullRequest request,
        ResolvedFile file,
        bool isStored,
        CancellationToken cancellationToken
    )
    {
        if (file.Digest is not { } digest)
        {
            return;
        }

        bool isNewPrivate = request.IsPrivate && !isStored && labels.NamespacesOf(digest) is null;
        if (Has(request, digest) && !isNewPrivate)
        {
            return;
        }

        await ProbeAsync(request, file, cancellationToken);
        if (request.IsPrivate)
        {
            labels.Accept(digest, request.Namespace, isNew: !isStored);
        }
        else
        {
            labels.Open(digest);
        }
    }

    private async Task ProbeAsync(PullRequest request, ResolvedFile file, CancellationToken cancellationToken)
    {
        await using RangeResponse response = await ranges.OpenRangeAsync(file, 0, 1, cancellationToken);
        if (response.Outcome == RangeOutcome.ResolveAgain)
        {
            throw new ModelSourceException(
                ModelSourceFailure.Unauthorized,
                $"{request} is private, and its source does not accept the credential of namespace \"{request.Namespace}\"; name a Secret with a valid one."
            );
        }
    }
}
