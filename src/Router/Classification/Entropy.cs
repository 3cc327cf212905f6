namespace LlmOperator.Router.Classification;

/// <summary>How evenly the characters of a text are spread.</summary>
internal static class Entropy
{
    private const int Latin = 256;

    /// <summary>Shannon's entropy in bits a character; all characters beyond Latin-1 count as one.</summary>
    public static double BitsPerCharacter(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return 0;
        }

        Span<int> counts = stackalloc int[Latin];
        counts.Clear();
        foreach (char c in text)
        {
            counts[c < Latin ? c : Latin - 1]++;
        }

        double bits = 0;
        foreach (int count in counts)
        {
            if (count > 0)
            {
                double share = (double)count / text.Length;
                bits -= share * Math.Log2(share);
            }
        }

        return bits;
    }

    /// <summary>Share of neighbours that are of different kinds (upper case, lower case, digit, other).</summary>
    public static double ChangesOfKind(ReadOnlySpan<char> text)
    {
        int changes = 0;
        for (int i = 1; i < text.Length; i++)
        {
            changes += KindOf(text[i]) != KindOf(text[i - 1]) ? 1 : 0;
        }

        return text.Length < 2 ? 0 : (double)changes / (text.Length - 1);
    }

    private static int KindOf(char c) =>
        char.IsAsciiLetterUpper(c) ? 0
        : char.IsAsciiLetterLower(c) ? 1
        : char.IsAsciiDigit(c) ? 2
        : 3;
}
