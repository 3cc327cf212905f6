using System.Buffers;

namespace LlmOperator.Router.Classification.Secrets;

/// <summary>
/// Finds keys of known formats. One vectorised search for all beginnings, and a look at a bounded number of characters at
/// each: the time is linear in the text.
/// </summary>
internal static class SecretFormatScanner
{
    private static readonly SearchValues<string> s_prefixes = SearchValues.Create(
        [.. SecretFormats.All.Select(f => f.Prefix).Distinct(StringComparer.Ordinal)],
        StringComparison.Ordinal
    );

    private static readonly ILookup<char, SecretFormat> s_byFirst = SecretFormats.All.ToLookup(f =>
        f.Prefix[0]
    );

    /// <summary>Adds what it finds.</summary>
    public static void Scan(ReadOnlySpan<char> text, List<Finding> findings)
    {
        int position = 0;
        while (position < text.Length)
        {
            int hit = text[position..].IndexOfAny(s_prefixes);
            if (hit < 0)
            {
                return;
            }

            int start = position + hit;
            position = start + 1;
            if (start > 0 && char.IsAsciiLetterOrDigit(text[start - 1]) && text[start] != '&')
            {
                continue;
            }

            foreach (SecretFormat format in s_byFirst[text[start]])
            {
                if (!text[start..].StartsWith(format.Prefix, StringComparison.Ordinal))
                {
                    continue;
                }

                int length = format.LengthAt(text, start);
                if (length > 0)
                {
                    findings.Add(new Finding(Api.V1Alpha1.DataClasses.Secret, format.Name, start, length));
                    position = start + length;
                    break;
                }
            }
        }
    }
}
