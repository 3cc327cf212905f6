using System.Buffers;
using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Classification.Secrets;

/// <summary>
/// Finds values that are given to a name that says secret: <c>password=…</c>, <c>"api_key": "…"</c>,
/// <c>Authorization: Bearer …</c>. The value must look drawn, not written: digits and letters, high entropy.
/// </summary>
internal static class AssignmentScanner
{
    private const int LongestNameRest = 32;
    private const int LongestGap = 8;
    private const int LongestValue = 512;
    private const int LeastValue = 8;
    private const double LeastEntropy = 2.75;

    // Of random letters and digits 60 of 100 neighbours are of different kinds; of camel case 20.
    private const double MostChangesOfAName = 0.35;

    private static readonly SearchValues<string> s_names = SearchValues.Create(
        [
            "password",
            "passwd",
            "passphrase",
            "pwd",
            "secret",
            "token",
            "apikey",
            "api_key",
            "api-key",
            "access_key",
            "accesskey",
            "account_key",
            "private_key",
            "credential",
            "bearer",
        ],
        StringComparison.OrdinalIgnoreCase
    );

    private static readonly SearchValues<char> s_signs = SearchValues.Create("!@#$%^*+~?");

    private static readonly SearchValues<char> s_endOfValue = SearchValues.Create(" \t\r\n\"'`,;&<>)]}|\\");

    /// <summary>Adds what it finds.</summary>
    public static void Scan(ReadOnlySpan<char> text, List<Finding> findings)
    {
        int position = 0;
        while (position < text.Length)
        {
            int hit = text[position..].IndexOfAny(s_names);
            if (hit < 0)
            {
                return;
            }

            int name = position + hit;
            position = name + 3;
            int value = ValueAfter(text, name);
            if (value < 0)
            {
                continue;
            }

            ReadOnlySpan<char> rest = text[value..Math.Min(text.Length, value + LongestValue)];
            int length = rest.IndexOfAny(s_endOfValue);
            length = length < 0 ? rest.Length : length;
            if (LooksDrawn(rest[..length]))
            {
                findings.Add(new Finding(DataClasses.Secret, "assigned-secret", value, length));
                position = value + length;
            }
        }
    }

    // Sample: DB_PASSWORD_PROD = "…"; the rest of the name, a quote, a sign of assignment, a quote.
    private static int ValueAfter(ReadOnlySpan<char> text, int name)
    {
        int i = name;
        int last = Math.Min(text.Length, name + LongestNameRest);
        while (i < last && (char.IsAsciiLetterOrDigit(text[i]) || text[i] is '_' or '-'))
        {
            i++;
        }

        bool isBearer = text[name..i].Equals("bearer", StringComparison.OrdinalIgnoreCase);
        bool isAssigned = isBearer;
        last = Math.Min(text.Length, i + LongestGap);
        while (i < last && text[i] is ' ' or '\t' or '"' or '\'' or '`' or ':' or '=' or '>' or '\\')
        {
            isAssigned |= text[i] is ':' or '=';
            i++;
        }

        return isAssigned && i < text.Length ? i : -1;
    }

    private static bool LooksDrawn(ReadOnlySpan<char> value)
    {
        if (value.Length < LeastValue || Placeholder.Is(value))
        {
            return false;
        }

        bool hasDigit = value.ContainsAnyInRange('0', '9');
        bool hasLetter = value.ContainsAnyInRange('a', 'z') || value.ContainsAnyInRange('A', 'Z');
        return hasDigit && hasLetter && !IsCode(value) && Entropy.BitsPerCharacter(value) >= LeastEntropy;
    }

    // config.Value1, s_token2, Sha256.Hash, /var/run/key1: names and paths rather than values.
    private static bool IsCode(ReadOnlySpan<char> value)
    {
        int digits = 0;
        int others = 0;
        foreach (char c in value)
        {
            digits += char.IsAsciiDigit(c) ? 1 : 0;
            others += char.IsAsciiLetterOrDigit(c) ? 0 : 1;
        }

        bool isName =
            !value.ContainsAny(s_signs)
            && digits * 8 < value.Length
            && Entropy.ChangesOfKind(value) < MostChangesOfAName;
        return value[0] is '/' or '.' || isName || others * 2 > value.Length;
    }
}
