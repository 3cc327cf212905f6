namespace LlmOperator.Router.Serving;

/// <summary>How far two names are apart, for suggestions.</summary>
internal static class EditDistance
{
    // Names from outside may have any length; what is longer is near to nothing.
    private const int Longest = 256;

    /// <summary>Least number of characters to change, add or drop (Levenshtein), whatever the case.</summary>
    public static int Between(string left, string right)
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
