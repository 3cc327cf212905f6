using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Classification.Personal;

/// <summary>
/// Finds numbers of people: cards, identity and tax numbers, telephone numbers. It walks over the text once; at each run of
/// digits it looks at 24 characters at most.
/// </summary>
internal static class NumberScanner
{
    private const int LongestRun = 24;
    private const int MostDigits = 19;

    /// <summary>Adds what it finds.</summary>
    public static void Scan(ReadOnlySpan<char> text, List<Finding> findings)
    {
        int position = 0;
        while (position < text.Length)
        {
            int hit = text[position..].IndexOfAnyInRange('0', '9');
            if (hit < 0)
            {
                return;
            }

            int start = position + hit;
            int end = start + RunLength(text[start..]);
            if (Find(text, start, end) is { } finding)
            {
                findings.Add(finding);
                position = finding.End;
            }
            else
            {
                position = start + GroupLength(text[start..]);
                position += WordLength(text[position..]);
            }
        }
    }

    // "42 4111-1111-1111-1111": other numbers may stand before and after the one that counts.
    private static Finding? Find(ReadOnlySpan<char> text, int start, int end)
    {
        for (int last = Math.Min(end, start + LongestRun); last > start; last--)
        {
            bool endsGroup =
                char.IsAsciiDigit(text[last - 1]) && (last == text.Length || !char.IsAsciiDigit(text[last]));
            if (
                !endsGroup
                || IsPartOfAWord(text, start, last)
                || KindOf(text, start, last - start) is not { } kind
            )
            {
                continue;
            }

            bool hasPlus = kind == "phone";
            bool hasLetter = kind == "dni" || (kind == "resident-id" && last - start == 17);
            int first = start - (hasPlus ? 1 : 0);
            return new Finding(DataClasses.PersonalData, kind, first, last - first + (hasLetter ? 1 : 0));
        }

        return null;
    }

    private static int GroupLength(ReadOnlySpan<char> text)
    {
        int length = text.IndexOfAnyExceptInRange('0', '9');
        return length < 0 ? text.Length : length;
    }

    // Digits, with separators between them.
    private static int RunLength(ReadOnlySpan<char> text)
    {
        int length = 1;
        int most = Math.Min(text.Length, LongestRun + 1);
        for (int i = 1; i < most; i++)
        {
            if (char.IsAsciiDigit(text[i]))
            {
                length = i + 1;
            }
            else if (!IsSeparator(text[i - 1], text[i]))
            {
                break;
            }
        }

        return length;
    }

    // One between digits; two around a bracket, as in "1 (415) 555".
    private static bool IsSeparator(char before, char sign) =>
        sign is ' ' or '-' or '.' or '/' or '(' or ')'
        && (
            char.IsAsciiDigit(before)
            || (before == ' ' && sign == '(')
            || (before == ')' && sign is ' ' or '-')
        );

    private static int WordLength(ReadOnlySpan<char> text)
    {
        int length = 0;
        while (length < text.Length && char.IsAsciiLetterOrDigit(text[length]))
        {
            length++;
        }

        return length;
    }

    // Part of an identifier, a hash, a decimal number or a version. A letter after eight digits may be that of a DNI.
    private static bool IsPartOfAWord(ReadOnlySpan<char> text, int start, int end)
    {
        char before = start > 0 ? text[start - 1] : ' ';
        char after = end < text.Length ? text[end] : ' ';
        bool isDni = end - start == 8 && char.IsAsciiLetterUpper(after) && WordLength(text[end..]) == 1;
        return (char.IsLetterOrDigit(before) || before is '_' or '.' or '#' or '$')
            || ((char.IsLetter(after) || after is '_') && !isDni && char.ToUpperInvariant(after) != 'X');
    }

    private static string? KindOf(ReadOnlySpan<char> text, int start, int length)
    {
        if (length > LongestRun)
        {
            return null;
        }

        ReadOnlySpan<char> run = text.Slice(start, length);
        Span<char> buffer = stackalloc char[LongestRun];
        int count = 0;
        foreach (char c in run)
        {
            if (char.IsAsciiDigit(c))
            {
                buffer[count++] = c;
            }
        }

        ReadOnlySpan<char> digits = buffer[..count];
        char before = start > 0 ? text[start - 1] : ' ';
        char after = start + length < text.Length ? text[start + length] : ' ';
        bool isPlain = count == length;
        return before == '+' ? (count is >= 9 and <= 15 && digits[0] != '0' ? "phone" : null)
            : IsCard(run, digits) ? "card"
            : isPlain && count == 8 && char.IsAsciiLetterUpper(after) && Checksums.Dni(digits, after) ? "dni"
            : IdentityKind(run, digits, after);
    }

    private static string? IdentityKind(ReadOnlySpan<char> run, ReadOnlySpan<char> digits, char after) =>
        digits.Length switch
        {
            9 when HasShape(run, "ddd-dd-dddd") && Checksums.Ssn(digits) => "ssn",
            11 when HasShape(run, "ddd.ddd.ddd-dd") && Checksums.Cpf(digits) => "cpf",
            11 when HasShape(run, "dd ddd ddd ddd") && Checksums.GermanTaxId(digits) => "tax-id",
            11 when run.Length == 11 && (Checksums.GermanTaxId(digits) || Checksums.Pesel(digits)) =>
                "identity-number",
            12 when HasShape(run, "dddd dddd dddd") && Checksums.Aadhaar(digits) => "aadhaar",
            15 when Checksums.Nir(digits) => "nir",
            17 when run.Length == 17 && after is 'X' or 'x' && IsChinese([.. digits, after]) => "resident-id",
            18 when run.Length == 18 && IsChinese(digits) => "resident-id",
            _ => null,
        };

    private static bool IsChinese(ReadOnlySpan<char> id) => Checksums.ChineseId(id);

    // By the ranges that are given out, and in the groups in which cards are written, or in one.
    private static bool IsCard(ReadOnlySpan<char> run, ReadOnlySpan<char> digits)
    {
        if (digits.Length is < 13 or > MostDigits || !IsWrittenLikeACard(run))
        {
            return false;
        }

        int four = int.Parse(digits[..4]);
        bool isGiven =
            (digits[0] == '4' && digits.Length is 13 or 16 or 19)
            || (digits.Length == 16 && four is (>= 5100 and <= 5599) or (>= 2221 and <= 2720))
            || (digits.Length == 15 && four / 100 is 34 or 37)
            || (
                digits.Length is 16 or 19 && (four == 6011 || four / 100 == 65 || four is >= 6440 and <= 6499)
            )
            || (digits.Length is 16 or 19 && four is >= 3528 and <= 3589)
            || (digits.Length == 14 && (four / 10 is >= 300 and <= 305 || four / 100 is 36 or 38))
            || (digits.Length is >= 16 && four / 100 == 62);
        return isGiven && digits.ContainsAnyExcept(digits[^1], '0') && Checksums.Luhn(digits);
    }

    // In one, or in groups of four (of six and five, too) with one kind of separator.
    private static bool IsWrittenLikeACard(ReadOnlySpan<char> run)
    {
        char separator = '\0';
        int group = 0;
        foreach (char c in run)
        {
            if (char.IsAsciiDigit(c))
            {
                group++;
                continue;
            }

            if (c is not (' ' or '-') || (separator != '\0' && separator != c) || group is not (4 or 6))
            {
                return false;
            }

            separator = c;
            group = 0;
        }

        return separator == '\0' || group is >= 3 and <= 5;
    }

    private static bool HasShape(ReadOnlySpan<char> run, string shape)
    {
        if (run.Length != shape.Length)
        {
            return false;
        }

        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] == 'd' ? !char.IsAsciiDigit(run[i]) : run[i] != shape[i])
            {
                return false;
            }
        }

        return true;
    }
}
