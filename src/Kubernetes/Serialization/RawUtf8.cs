using System.Globalization;
using System.Text;

namespace LlmOperator.Kubernetes.Serialization;

/// <summary>
/// Writes characters outside the basic plane raw. System.Text.Json escapes them as surrogate pairs
/// (<c>\uD83D\uDE00</c>) even with the relaxed encoder, and the server's apply parser does not understand those.
/// </summary>
internal static class RawUtf8
{
    // "\uD83D\uDE00" is twelve bytes.
    private const int PairLength = 12;

    public static byte[] Unescape(byte[] json)
    {
        if (json.AsSpan().IndexOf("\\uD"u8) < 0)
        {
            return json;
        }

        using MemoryStream output = new(json.Length);
        Span<byte> utf8 = stackalloc byte[4];
        int i = 0;
        while (i < json.Length)
        {
            if (json[i] != '\\')
            {
                output.WriteByte(json[i++]);
            }
            else if (TryReadPair(json.AsSpan(i), out Rune rune))
            {
                output.Write(utf8[..rune.EncodeToUtf8(utf8)]);
                i += PairLength;
            }
            else
            {
                // Any other escape is two bytes that belong together, so that "\\u" is never taken for an escape.
                output.WriteByte(json[i++]);
                output.WriteByte(json[i++]);
            }
        }

        return output.ToArray();
    }

    private static bool TryReadPair(ReadOnlySpan<byte> text, out Rune rune)
    {
        rune = default;
        return text.Length >= PairLength
            && text[1] == 'u'
            && text[6] == '\\'
            && text[7] == 'u'
            && ushort.TryParse(
                text[2..6],
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out ushort high
            )
            && ushort.TryParse(
                text[8..12],
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out ushort low
            )
            && Rune.TryCreate((char)high, (char)low, out rune);
    }
}
