using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;

namespace LlmOperator.Cli.Stores;

/// <summary>Names for files that are imported without one. Pure.</summary>
internal static class ImportNames
{
    private const int Longest = 80;

    /// <summary>
    /// <c>library/</c>, the file's name without <c>.gguf</c> and part numbers, in lower case, <c>:latest</c>.
    /// </summary>
    /// <exception cref="CliException">Nothing of the file's name can be in a name.</exception>
    public static OllamaName Of(string file)
    {
        string stem = GgufSplitName.TryParse(Path.GetFileName(file), out GgufSplitName? part)
            ? part.Stem
            : Path.GetFileNameWithoutExtension(file);
        string kept = new([
            .. stem.ToLowerInvariant()
                .Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-')
                .Take(Longest),
        ]);
        return OllamaName.TryParse(kept.Trim('-', '.', '_'), out OllamaName? name)
            ? name
            : throw new CliException($"The name of {file} is no name for a model; give one with --name.");
    }

    /// <summary>GGUF files to import: the named ones, those of named folders, and of split models the first part.</summary>
    /// <exception cref="CliException">A path does not exist, or a folder has no such file.</exception>
    public static IReadOnlyList<string> FilesOf(IEnumerable<string> paths)
    {
        List<string> files = [];
        foreach (string path in paths)
        {
            if (File.Exists(path))
            {
                files.Add(Path.GetFullPath(path));
                continue;
            }

            string[] found = Directory.Exists(path)
                ?
                [
                    .. Directory
                        .EnumerateFiles(Path.GetFullPath(path), "*.gguf")
                        .Order(StringComparer.Ordinal),
                ]
                : throw new CliException($"There is no file or folder {path}.");
            files.AddRange(
                found.Length > 0 ? found : throw new CliException($"The folder {path} holds no .gguf file.")
            );
        }

        return [.. files.Select(FirstPart).Distinct(StringComparer.Ordinal)];
    }

    private static string FirstPart(string file) =>
        GgufSplitName.TryParse(file, out GgufSplitName? part) ? (part with { Number = 1 }).ToString() : file;
}
