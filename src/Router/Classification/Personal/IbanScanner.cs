using System.Buffers;
using System.Collections.Frozen;
using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Classification.Personal;

/// <summary>Finds bank accounts: a country, its length, and the checksum of ISO 13616; in one or in groups of four.</summary>
internal static class IbanScanner
{
    private const int Longest = 34;

    // The registry of SWIFT: length by country.
    private static readonly FrozenDictionary<string, int> s_lengths = (
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 "
        + "FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 "
        + "LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 "
        + "SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"
    )
        .Split(' ')
        .ToFrozenDictionary(c => c[..2], c => int.Parse(c[2..]), StringComparer.Ordinal);

    private static readonly SearchValues<string> s_countries = SearchValues.Create(
        [.. s_lengths.Keys],
        StringComparison.Ordinal
    );

    /// <summary>Adds what it finds.</summary>
    public static void Scan(ReadOnlySpan<char> text, List<Finding> findings)
    {
        FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lengths =
            s_lengths.GetAlternateLookup<ReadOnlySpan<char>>();
        int position = 0;
        while (position < text.Length)
        {
            int hit = text[position..].IndexOfAny(s_countries);
            if (hit < 0)
            {
                return;
            }

            int start = position + hit;
            position = start + 1;
            if (start > 0 && char.IsLetterOrDigit(text[start - 1]))
            {
                continue;
            }

            int length = LengthOf(text[start..], lengths[text.Slice(start, 2)]);
            if (length > 0)
            {
                findings.Add(new Finding(DataClasses.PersonalData, "iban", start, length));
                position = start + length;
            }
        }
    }

    private static int LengthOf(ReadOnlySpan<char> text, int expected)
    {
        Span<char> iban = stackalloc char[Longest];
        int count = 0;
        int i = 0;
        for (; i < text.Length && count < expected; i++)
        {
            if (char.IsAsciiDigit(text[i]) || char.IsAsciiLetterUpper(text[i]))
            {
                iban[count++] = text[i];
            }
            else if (text[i] is not (' ' or '-' or '\u00a0') || count < 4 || count % 4 != 0)
            {
                return 0;
            }
        }

        bool ends = i == text.Length || !char.IsLetterOrDigit(text[i]);
        bool hasCheck = count > 4 && char.IsAsciiDigit(iban[2]) && char.IsAsciiDigit(iban[3]);
        return count == expected && ends && hasCheck && Checksums.Iban(iban[..count]) ? i : 0;
    }
}
