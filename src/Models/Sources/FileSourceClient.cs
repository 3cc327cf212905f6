using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace LlmOperator.Models.Sources;

/// <summary>A local file. Its digest is computed once for each size and time of change.</summary>
internal sealed class FileSourceClient
{
    private readonly ConcurrentDictionary<(string Path, long Size, DateTime Changed), ModelDigest> _digests =
        new();

    public async Task<ResolvedModel> ResolveAsync(FileSource source, CancellationToken cancellationToken)
    {
        if (!Path.IsPathFullyQualified(source.Path))
        {
            throw new ModelSourceException(
                ModelSourceFailure.Invalid,
                $"file.path is '{source.Path}' but must be a full path."
            );
        }

        FileInfo file = new(source.Path);
        if (!file.Exists)
        {
            throw new ModelSourceException(
                ModelSourceFailure.NotFound,
                $"The file '{source.Path}' does not exist on this machine; check file.path."
            );
        }

        ModelDigest digest = source.Sha256 ?? await DigestAsync(file, cancellationToken);
        return new ResolvedModel
        {
            Digest = digest,
            SizeBytes = file.Length,
            Files =
            [
                new ResolvedFile
                {
                    Role = ResolvedFileRole.Weights,
                    Digest = digest,
                    SizeBytes = file.Length,
                    Url = new UriBuilder
                    {
                        Scheme = Uri.UriSchemeFile,
                        Host = "",
                        Path = source.Path,
                    }.Uri,
                },
            ],
            Revision = digest.ToString(),
            DisplayName = source.DisplayName,
        };
    }

    private async Task<ModelDigest> DigestAsync(FileInfo file, CancellationToken cancellationToken)
    {
        (string, long, DateTime) key = (file.FullName, file.Length, file.LastWriteTimeUtc);
        if (_digests.TryGetValue(key, out ModelDigest known))
        {
            return known;
        }

        try
        {
            await using FileStream stream = file.OpenRead();
            ModelDigest digest = ModelDigest.FromHash(await SHA256.HashDataAsync(stream, cancellationToken));
            _digests[key] = digest;
            return digest;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelSourceException(
                ModelSourceFailure.NotFound,
                $"The file '{file.FullName}' cannot be read: {error.Message}",
                error
            );
        }
    }
}
