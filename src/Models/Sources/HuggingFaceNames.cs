using System.Text.RegularExpressions;

namespace LlmOperator.Models.Sources;

/// <summary>The grammar of repositories, revisions and files; what passes is safe in a URL.</summary>
internal static partial class HuggingFaceNames
{
    [GeneratedRegex(
        @"^[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}$",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Repo();

    [GeneratedRegex(
        @"^[A-Za-z0-9][A-Za-z0-9._/-]{0,254}$",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Revision();

    public static void Require(HuggingFaceSource source)
    {
        Require(Repo().IsMatch(source.Repo) && !HasParent(source.Repo), "repo", source.Repo, "owner/name");
        Require(
            Revision().IsMatch(source.Revision) && !HasParent(source.Revision),
            "revision",
            source.Revision,
            "a branch, tag or commit"
        );
        if (source.File is { } file)
        {
            bool valid =
                file.Length is > 0 and <= 1024
                && !HasParent(file)
                && !file.StartsWith('/')
                && !file.Any(c => char.IsControl(c) || c == '\\')
                && file.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase);
            Require(valid, "file", file, "the path of a .gguf file in the repository");
        }
    }

    private static bool HasParent(string text) => text.Contains("..", StringComparison.Ordinal);

    private static void Require(bool valid, string field, string value, string wanted)
    {
        if (!valid)
        {
            throw new ModelSourceException(
                ModelSourceFailure.Invalid,
                $"huggingFace.{field} is '{value}' but must be {wanted}."
            );
        }
    }
}
