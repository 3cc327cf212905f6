namespace LlmOperator.Models.Sources;

/// <summary>Makes addresses of files that are known by digest. No network.</summary>
internal sealed class PinnedSourceClient(SourceSettings settings)
{
    /// <exception cref="ModelSourceException">The files cannot be found without the name of their source.</exception>
    public ResolvedModel Resolve(PinnedSource source, SourceCredentials? credentials)
    {
        if (!PinnedSource.CanPin(source.Origin, source.Files, source.Revision))
        {
            throw new ModelSourceException(
                ModelSourceFailure.Invalid,
                $"The files that were recorded of {source.DisplayName} do not say where they are; resolve it again."
            );
        }

        return new ResolvedModel
        {
            Digest = source.Files[0].Digest,
            SizeBytes = source.Files.Sum(file => file.SizeBytes),
            Files = [.. source.Files.Select(file => FileOf(source, file, credentials))],
            Revision = source.Revision,
            DisplayName = source.DisplayName,
        };
    }

    private ResolvedFile FileOf(PinnedSource source, PinnedFile file, SourceCredentials? credentials)
    {
        (Uri url, Uri? repository) = source.Origin switch
        {
            OllamaSource or OciSource => RegistryBlob(source.Origin, file),
            HuggingFaceSource hub => (
                HuggingFaceAddresses.Resolve(settings, hub.Repo, source.Revision, file.Path!),
                null
            ),
            HttpSource http => (http.Url, null),
            _ => throw new ArgumentException("A source that cannot be pinned.", nameof(source)),
        };
        return new ResolvedFile
        {
            Role = file.Role,
            Digest = file.Digest,
            SizeBytes = file.SizeBytes,
            Path = file.Path,
            Url = url,
            Headers = SourceTokens.HeadersFor(url, credentials, settings),
            Repository = repository,
        };
    }

    private (Uri Url, Uri Repository) RegistryBlob(ModelSource source, PinnedFile file)
    {
        Uri repository = RegistryAddresses.RepositoryOf(settings, source);
        return (RegistryAddresses.Blob(repository, file.Digest), repository);
    }
}
