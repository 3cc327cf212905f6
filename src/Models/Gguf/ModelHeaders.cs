using LlmOperator.Models.Sources;

namespace LlmOperator.Models.Gguf;

/// <summary>The headers of all parts of a model, checked each and together.</summary>
public static class ModelHeaders
{
    /// <summary>Reads a model of this machine: the named file, or all parts of which it is the name of one.</summary>
    /// <exception cref="InvalidModelException">A part is missing, no well-formed GGUF file, or of another model.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static async Task<IReadOnlyList<GgufFile>> ReadFileAsync(
        string path,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<string> paths = GgufSplitName.TryParse(path, out GgufSplitName? part)
            ? part.All()
            : [path];
        List<GgufFile> parts = [];
        foreach (string file in paths)
        {
            if (paths.Count > 1 && !File.Exists(file))
            {
                throw new InvalidModelException(
                    $"The part '{file}' is missing; put all parts of the model into one folder."
                );
            }

            parts.Add(await GgufReader.ReadFileAsync(file, cancellationToken));
        }

        GgufSplitSet.Require(parts);
        return parts;
    }

    /// <summary>Fetches the headers of a resolved model's weights, and nothing else of it.</summary>
    /// <returns>The headers, and the bytes that were fetched for them.</returns>
    /// <exception cref="InvalidModelException">It has no weights, or they are no well-formed GGUF files of one model.</exception>
    /// <exception cref="ModelSourceException">The source cannot be read.</exception>
    public static async Task<(IReadOnlyList<GgufFile> Parts, long FetchedBytes)> FetchAsync(
        IRangeClient ranges,
        ResolvedModel model,
        CancellationToken cancellationToken
    )
    {
        (IReadOnlyList<GgufFile> parts, long fetched) = await FetchAsync(
            ranges,
            model,
            ResolvedFileRole.Weights,
            cancellationToken
        );
        if (parts.Count == 0)
        {
            throw new InvalidModelException($"{model.DisplayName} has no weights in GGUF format.");
        }

        GgufSplitSet.Require(parts);
        return (parts, fetched);
    }

    /// <summary>Fetches the headers of a resolved model's files of one role, such as its projector.</summary>
    /// <returns>The headers, none without such files, and the bytes that were fetched for them.</returns>
    /// <exception cref="InvalidModelException">A file is no well-formed GGUF file.</exception>
    /// <exception cref="ModelSourceException">The source cannot be read.</exception>
    public static async Task<(IReadOnlyList<GgufFile> Files, long FetchedBytes)> FetchAsync(
        IRangeClient ranges,
        ResolvedModel model,
        ResolvedFileRole role,
        CancellationToken cancellationToken
    )
    {
        List<GgufFile> files = [];
        long fetched = 0;
        foreach (ResolvedFile file in model.Files.Where(f => f.Role == role))
        {
            using HttpByteRangeSource source = new(ranges, file);
            files.Add(await GgufReader.ReadAsync(source, GgufLimits.Default, cancellationToken));
            fetched += source.FetchedBytes;
        }

        return (files, fetched);
    }
}
