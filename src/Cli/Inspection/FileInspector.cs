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
            InspectedFile found = SourceText.Parse(text) is { } source
                ? await ReadAsync(source, settings, credentials, time, cancellationToken)
                : await ReadAsync(text, cancellationToken);
            GgufSplitSet.Require(found.Parts);
            return found;
        }
        catch (Exception error)
            when (error is InvalidModelException or ModelSourceException or FormatException)
        {
            throw new CliException(error.Message);
        }
    }

    private static async Task<InspectedFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> paths = GgufSplitName.TryParse(path, out GgufSplitName? part)
            ? part.All()
            : [path];
        List<GgufFile> parts = [];
        foreach (string file in paths)
        {
            if (!File.Exists(file))
            {
                throw new CliException(
                    $"The part '{file}' is missing; put all parts of the model into one folder."
                );
            }

            parts.Add(await GgufReader.ReadFileAsync(file, cancellationToken));
        }

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
        List<GgufFile> parts = [];
        long read = 0;
        foreach (ResolvedFile file in resolved.Files.Where(f => f.Role == ResolvedFileRole.Weights))
        {
            using HttpByteRangeSource window = new(ranges, file);
            parts.Add(await GgufReader.ReadAsync(window, GgufLimits.Default, cancellationToken));
            read += window.FetchedBytes;
        }

        return parts.Count == 0
            ? throw new CliException(
                $"{resolved.DisplayName} has no weights in GGUF format; choose another file."
            )
            : new InspectedFile
            {
                Source = resolved.DisplayName,
                Parts = parts,
                Digest = resolved.Digest?.ToString(),
                Revision = resolved.Revision.Length == 0 ? null : resolved.Revision,
                ReadBytes = read,
            };
    }
}
