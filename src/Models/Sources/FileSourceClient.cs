using System.Collections.Concurrent;
using System.Security.Cryptography;
using LlmOperator.Models.Gguf;

namespace LlmOperator.Models.Sources;

/// <summary>
/// A local file, or all parts of a split model of which it is one. Digests are computed once for each size and time of
/// change.
/// </summary>
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

        List<ResolvedFile> files = [];
        foreach (string path in PartsOf(source.Path))
        {
            FileInfo file = new(path);
            files.Add(
                new ResolvedFile
                {
                    Role = ResolvedFileRole.Weights,
                    // Stated of the file that was named.
                    Digest =
                        path == source.Path && source.Sha256 is { } stated
                            ? stated
                            : await DigestAsync(file, cancellationToken),
                    SizeBytes = file.Length,
                    Url = new UriBuilder
                    {
                        Scheme = Uri.UriSchemeFile,
                        Host = "",
                        Path = path,
                    }.Uri,
                }
            );
        }

        return new ResolvedModel
        {
            Digest = files[0].Digest,
            SizeBytes = files.Sum(file => file.SizeBytes),
            Files = files,
            Revision = files[0].Digest.ToString()!,
            DisplayName = source.DisplayName,
        };
    }

    // All are there before the first is hashed, which may take minutes.
    private static IReadOnlyList<string> PartsOf(string path)
    {
        IReadOnlyList<string> parts = GgufSplitName.TryParse(path, out GgufSplitName? named)
            ? named.All()
            : [path];
        if (parts.FirstOrDefault(part => File.Exists(part) && !RegularFile.HasBytes(part)) is { } other)
        {
            throw new ModelSourceException(
                ModelSourceFailure.Invalid,
                $"'{other}' is empty or no regular file; check file.path."
            );
        }

        return parts.FirstOrDefault(part => !File.Exists(part)) switch
        {
            null => parts,
            { } missing when parts.Count == 1 => throw new ModelSourceException(
                ModelSourceFailure.NotFound,
                $"The file '{missing}' does not exist on this machine; check file.path."
            ),
            { } missing => throw new ModelSourceException(
                ModelSourceFailure.NotFound,
                $"The part '{missing}' is missing on this machine; put all parts of the model into one folder."
            ),
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
