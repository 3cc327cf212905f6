using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LlmOperator.Kubernetes.Serialization;

/// <summary>
/// What a plain YAML scalar means to kubectl, measured with kubectl 1.32 (sigs.k8s.io/yaml): YAML 1.1 with <c>yes</c>,
/// <c>on</c> and <c>y</c> as booleans, octal <c>017</c>, hexadecimal, binary and underscores in numbers; dates and
/// <c>1:30</c> stay strings.
/// </summary>
internal static partial class YamlScalar
{
    /// <summary>The value, with null for the null scalar. False when the text has no JSON equivalent (<c>.inf</c>, <c>.nan</c>).</summary>
    public static bool TryResolve(string text, out JsonNode? value)
    {
        value = null;
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return true;
            case "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "y" or "Y":
                value = JsonValue.Create(true);
                return true;
            case "false"
            or "False"
            or "FALSE"
            or "no"
            or "No"
            or "NO"
            or "off"
            or "Off"
            or "OFF"
            or "n"
            or "N":
                value = JsonValue.Create(false);
                return true;
            case ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" or "-.inf" or "-.Inf" or "-.INF":
            case ".nan" or ".NaN" or ".NAN":
                return false;
        }

        value = TryResolveNumber(text, out JsonNode? number) ? number : JsonValue.Create(text);
        return true;
    }

    /// <summary>True when the text, written plain, would be read back as the same string.</summary>
    public static bool IsPlainString(string text) =>
        TryResolve(text, out JsonNode? value)
        && value?.GetValueKind() == System.Text.Json.JsonValueKind.String;

    private static bool TryResolveNumber(string text, out JsonNode? number)
    {
        number = null;
        char first = text[0];
        if (!char.IsAsciiDigit(first) && first is not ('+' or '-' or '.'))
        {
            return false;
        }

        string plain = text.Replace("_", "", StringComparison.Ordinal);
        if (TryParseInteger(plain, out BigInteger integer))
        {
            number =
                integer >= long.MinValue && integer <= long.MaxValue ? JsonValue.Create((long)integer)
                : integer >= 0 && integer <= ulong.MaxValue ? JsonValue.Create((ulong)integer)
                : JsonValue.Create((double)integer);
            return true;
        }

        if (
            Float().IsMatch(plain)
            && double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out double real)
            && double.IsFinite(real)
        )
        {
            number = real == 0 ? JsonValue.Create(0L) : JsonValue.Create(real);
            return true;
        }

        return false;
    }

    private static bool TryParseInteger(string text, out BigInteger value)
    {
        value = 0;
        bool negative = text.StartsWith('-');
        string digits = negative || text.StartsWith('+') ? text[1..] : text;
        (int radix, string number) = digits switch
        {
            ['0', 'x' or 'X', .. { Length: > 0 } rest] => (16, rest),
            ['0', 'b' or 'B', .. { Length: > 0 } rest] => (2, rest),
            ['0', 'o' or 'O', .. { Length: > 0 } rest] => (8, rest),
            ['0', .. { Length: > 0 } rest] when rest.All(c => c is >= '0' and <= '7') => (8, rest),
            _ => (10, digits),
        };
        if (number.Length is 0 or > 128)
        {
            return false;
        }

        foreach (char c in number)
        {
            int digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : radix;
            if (digit >= radix)
            {
                return false;
            }

            value = (value * radix) + digit;
        }

        value = negative ? -value : value;
        return true;
    }

    // As yaml.v2's resolver: a digit is needed, the exponent needs digits.
    [GeneratedRegex("^[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?$")]
    private static partial Regex Float();

    /// <summary>Text of a <c>!!binary</c> scalar.</summary>
    public static string DecodeBinary(string base64) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(base64));
}
