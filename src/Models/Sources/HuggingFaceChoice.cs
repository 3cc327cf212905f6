using LlmOperator.Models.Gguf;

namespace LlmOperator.Models.Sources;

/// <summary>Chooses the file of a repository (all parts of it, when it is split).</summary>
internal static class HuggingFaceChoice
{
    // What most people want first; as the hub's own Ollama interface.
    private static readonly string[] s_preferred =
    [
        "Q4_K_M",
        "Q4_K_S",
        "Q4_0",
        "Q5_K_M",
        "Q8_0",
        "Q3_K_M",
        "F16",
        "BF16",
    ];

    public static IReadOnlyList<HuggingFaceEntry> Choose(
        HuggingFaceSource source,
        List<HuggingFaceEntry> entries
    )
    {
        List<HuggingFaceEntry> models =
        [
            .. entries
                .Where(entry =>
                    entry.Path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) && !IsProjector(entry)
                )
                .OrderBy(entry => entry.Path, StringComparer.Ordinal),
        ];
        if (source.File is { } file)
        {
            // A named projector or adapter is the user's own choice.
            HuggingFaceEntry? named = entries.Find(entry =>
                string.Equals(entry.Path, file, StringComparison.Ordinal)
            );
            return WithParts(source, named ?? throw NotFound(source, $"file '{file}'", models), entries);
        }

        if (source.Quantization is { } quantization)
        {
            return WithParts(
                source,
                Best(models, quantization)
                    ?? throw NotFound(source, $"quantization '{quantization}'", models),
                models
            );
        }

        HuggingFaceEntry? preferred =
            s_preferred.Select(name => Best(models, name)).FirstOrDefault(entry => entry is not null)
            ?? (models.Count > 0 ? models[0] : null);
        return WithParts(source, preferred ?? throw NotFound(source, "GGUF file", models), models);
    }

    public static ModelSourceException NoDigest(HuggingFaceSource source, string path) =>
        new(
            ModelSourceFailure.Invalid,
            $"The hub states no SHA-256 for '{path}' of '{source.Repo}', so it cannot be verified; use another file."
        );

    private static bool IsProjector(HuggingFaceEntry entry) =>
        Path.GetFileName(entry.Path).Contains("mmproj", StringComparison.OrdinalIgnoreCase);

    private static HuggingFaceEntry? Best(List<HuggingFaceEntry> models, string quantization) =>
        models
            .Where(entry => Names(entry.Path, quantization))
            .OrderBy(entry => entry.Path.Length)
            .FirstOrDefault();

    // The name stands between separators, so that Q4_K does not match Q4_K_M, nor F16 a BF16.
    private static bool Names(string path, string quantization)
    {
        string stem = GgufSplitName.TryParse(path, out GgufSplitName? part)
            ? part.Stem
            : path[..^".gguf".Length];
        for (int start = 0; ; start++)
        {
            start = stem.IndexOf(quantization, start, StringComparison.OrdinalIgnoreCase);
            if (start < 0 || quantization.Length == 0)
            {
                return false;
            }

            int end = start + quantization.Length;
            if (
                (start == 0 || "-._/".Contains(stem[start - 1]))
                && (end == stem.Length || "-./".Contains(stem[end]))
            )
            {
                return true;
            }
        }
    }

    private static List<HuggingFaceEntry> WithParts(
        HuggingFaceSource source,
        HuggingFaceEntry chosen,
        List<HuggingFaceEntry> entries
    )
    {
        return GgufSplitName.TryParse(chosen.Path, out GgufSplitName? part)
            ?
            [
                .. part.All()
                    .Select(path =>
                        entries.Find(entry => string.Equals(entry.Path, path, StringComparison.Ordinal))
                        ?? throw NotFound(source, $"part '{path}'", entries)
                    ),
            ]
            : [chosen];
    }

    private static ModelSourceException NotFound(
        HuggingFaceSource source,
        string what,
        List<HuggingFaceEntry> models
    )
    {
        const int Shown = 10;
        string list =
            models.Count == 0 ? "no GGUF file" : string.Join(", ", models.Take(Shown).Select(m => m.Path));
        string more = models.Count > Shown ? $" and {models.Count - Shown} more" : "";
        return new ModelSourceException(
            ModelSourceFailure.NotFound,
            $"The repository '{source.Repo}' has no {what}; it has {list}{more}."
        );
    }
}
