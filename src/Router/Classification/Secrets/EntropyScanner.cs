using System.Buffers;
using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Classification.Secrets;

/// <summary>
/// Finds drawn strings of no known format: long runs of letters and digits whose cases and digits change as often as
/// chance has it. Hashes in lower-case hexadecimal, identifiers and words do not look so.
/// </summary>
internal static class EntropyScanner
{
    private const int Least = 32;

    // What is longer is a file in base64.
    private const int Most = 160;
    private const double LeastEntropy = 4.3;

    // Of random letters and digits 60 of 100 neighbours are of different kinds; of camel case 20.
    private const double LeastChanges = 0.42;

    private static readonly SearchValues<char> s_run = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/="
    );

    private static readonly string[] s_hashes = ["sha1-", "sha256-", "sha384-", "sha512-", "h1:", "base64,"];

    /// <summary>Adds what it finds.</summary>
    public static void Scan(ReadOnlySpan<char> text, List<Finding> findings)
    {
        int position = 0;
        while (position < text.Length)
        {
            int start = text[position..].IndexOfAny(s_run);
            if (start < 0)
            {
                return;
            }

            start += position;
            int length = text[start..].IndexOfAnyExcept(s_run);
            length = length < 0 ? text.Length - start : length;
            position = start + length;
            if (length is >= Least and <= Most && IsDrawn(text.Slice(start, length)) && !IsHash(text, start))
            {
                findings.Add(new Finding(DataClasses.Secret, "random-text", start, length));
            }
        }
    }

    private static bool IsDrawn(ReadOnlySpan<char> run)
    {
        int upper = 0;
        int lower = 0;
        int digits = 0;
        foreach (char c in run)
        {
            upper += char.IsAsciiLetterUpper(c) ? 1 : 0;
            lower += char.IsAsciiLetterLower(c) ? 1 : 0;
            digits += char.IsAsciiDigit(c) ? 1 : 0;
        }

        return upper >= 4
            && lower >= 4
            && digits >= 2
            && (run.Length - upper - lower - digits) * 8 <= run.Length
            && Entropy.ChangesOfKind(run) >= LeastChanges
            && Entropy.BitsPerCharacter(run) >= LeastEntropy;
    }

    private static bool IsHash(ReadOnlySpan<char> text, int start)
    {
        foreach (string hash in s_hashes)
        {
            if (
                text[start..].StartsWith(hash, StringComparison.Ordinal)
                || text[..start].EndsWith(hash, StringComparison.Ordinal)
            )
            {
                return true;
            }
        }

        return false;
    }
}
