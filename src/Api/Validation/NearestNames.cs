namespace LlmOperator.Api.Validation;

/// <summary>The names that somebody who wrote another one may have meant. Pure.</summary>
public static class NearestNames
{
    /// <summary>Suggestions of a sentence: more are not read.</summary>
    public const int Most = 5;

    // Names from outside may have any length; what is longer is near to nothing.
    private const int Longest = 256;

    /// <summary>At most <see cref="Most"/> of the names, the nearest first; equally near ones by name.</summary>
    /// <param name="names">Names that there are.</param>
    /// <param name="wanted">Name that somebody wrote.</param>
    public static IReadOnlyList<string> Of(IEnumerable<string> names, string wanted) =>
        [
            .. names
                .OrderBy(name => Distance(name, wanted))
                .ThenBy(name => name, StringComparer.Ordinal)
                .Take(Most),
        ];

    /// <summary>
    /// Least number of characters to change, add or drop (Levenshtein), whatever the case; <see cref="int.MaxValue"/>
    /// when one of them is longer than 256 characters.
    /// </summary>
    internal static int Distance(string left, string right)
    {
        if (left.Length > Longest || right.Length > Longest)
        {
            return int.MaxValue;
        }

        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int cost = char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]) ? 0 : 1;
                int best = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + cost);
                diagonal = row[j];
                row[j] = best;
            }
        }

        return row[right.Length];
    }
}
