using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;

namespace LlmOperator.Cli.Inspection;

/// <summary>Reads the header of a model where it lies; of a distant one nothing else is fetched.</summary>
internal static class FileInspector
{
    /// <summary>Inspects a file or a source.</summary>
    /// <param name="text">As it was written on the command line.</param>
    /// <param name="settings">Where sources are.</param>
    /// <param name="credentials">Token for a private repository; null without.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="CliException">It cannot be read, or is no model; one sentence says why.</exception>
    public static async Task<InspectedFile> InspectAsync(
        string text,
        SourceSettings settings,
        SourceCredentials? credentials,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return SourceText.Parse(text) is { } source
                ? await ReadAsync(source, settings, credentials, time, cancellationToken)
                : await ReadAsync(text, cancellationToken);
        }
        catch (Exception error)
            when (error is InvalidModelException or ModelSourceException or FormatException)
        {
            throw new CliException(error.Message);
        }
    }

    private static async Task<InspectedFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        IReadOnlyList<GgufFile> parts = await ModelHeaders.ReadFileAsync(path, cancellationToken);
        return new InspectedFile
        {
            Source = path,
            Parts = parts,
            ReadBytes = parts.Sum(header => header.HeaderBytes),
        };
    }

    private static async Task<InspectedFile> ReadAsync(
        ModelSource source,
        SourceSettings settings,
        SourceCredentials? credentials,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using GuardedHttp http = new(settings, time);
        SourceResolver resolver = new(http, settings, time);
        RangeClient ranges = new(http, settings, time);
        ResolvedModel resolved = await resolver.ResolveAsync(source, credentials, cancellationToken);
        (IReadOnlyList<GgufFile> parts, long read) = await ModelHeaders.FetchAsync(
            ranges,
            resolved,
            cancellationToken
        );
        return new InspectedFile
        {
            Source = resolved.DisplayName,
            Parts = parts,
            Digest = resolved.Digest?.ToString(),
            Revision = resolved.Revision.Length == 0 ? null : resolved.Revision,
            ReadBytes = read,
        };
    }
}
